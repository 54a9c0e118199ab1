#include "core/audit/token_statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "core/entity/entity.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class TokenStatisticsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* id : {"AA-1", "FIP-1"}) {
      ASSERT_TRUE(test_->write([&](Transaction& transaction) {
        return transaction.entities().insert({.uuid = uuid_of(id),
                                              .id = EntityId(id),
                                              .type = EntityType::AA,
                                              .name = id,
                                              .status_before_suspension = {},
                                              .tokens_not_before = {},
                                              .created_at = start_,
                                              .created_by = {}});
      }));
    }
  }
  static EntityUuid uuid_of(const std::string& id) { return EntityUuid("uuid of " + id); }

  void add(Instant hour, const EntityUuid& entity, std::int64_t issued, std::int64_t refused) {
    ASSERT_TRUE(test_->write([&](Transaction& transaction) {
      return transaction.token_counts().add({.hour = hour, .entity = entity, .issued = issued, .refused = refused});
    }));
  }
  TokenStatistics statistics(const TokenCountRange& range, const std::optional<EntityId>& entity = {}) {
    auto found = token_statistics(test_.store(), range, entity);
    EXPECT_TRUE(found);
    return found ? *std::move(found) : TokenStatistics{};
  }
  static std::vector<std::string> lines_of(const TokenStatistics& statistics) {
    std::vector<std::string> lines;
    for (const auto& found : statistics.items) {
      lines.push_back(iso8601(found.hour).substr(11, 2) + " " + (found.entity ? found.entity->text() : "nobody") + " " +
                      std::to_string(found.issued) + "/" + std::to_string(found.refused));
    }
    return lines;
  }
  std::vector<std::string> between(std::optional<Instant> since, std::optional<Instant> until,
                                   const std::optional<EntityId>& entity = {}) {
    return lines_of(statistics({.since = since, .until = until}, entity));
  }

  test::TestStore test_;
  const Instant start_ = test_.clock().now();
};

TEST_F(TokenStatisticsTest, AddUpByHourAndEntity) {
  add(start_, uuid_of("FIP-1"), 2, 1);
  add(start_, uuid_of("FIP-1"), 3, 0);
  add(start_, uuid_of("AA-1"), 1, 0);
  add(start_, EntityUuid(), 0, 7);
  add(start_ + 1h, uuid_of("AA-1"), 0, 4);
  EXPECT_THAT(between({}, {}), ElementsAre("01 AA-1 0/4", "00 FIP-1 5/1", "00 AA-1 1/0", "00 nobody 0/7"));
}

TEST_F(TokenStatisticsTest, CoverTheHoursThatBeginInBetween) {
  for (int hour = 0; hour < 3; ++hour) add(start_ + hour * 1h, uuid_of("AA-1"), hour, 0);
  EXPECT_THAT(between(start_ + 1h, start_ + 2h), ElementsAre("01 AA-1 1/0"));
  EXPECT_THAT(between(start_ + 1ms, start_ + 2h), ElementsAre("01 AA-1 1/0"));
  EXPECT_THAT(between(start_ + 3h, start_ + 9h), IsEmpty());
  EXPECT_THAT(between(start_ + 2h, {}), ElementsAre("02 AA-1 2/0"));
  EXPECT_THAT(between({}, start_ + 1h), ElementsAre("00 AA-1 0/0"));
}

TEST_F(TokenStatisticsTest, CanBeOfOneEntityAlone) {
  add(start_, uuid_of("FIP-1"), 2, 1);
  add(start_, uuid_of("AA-1"), 1, 0);
  EXPECT_THAT(between(start_, start_ + 1h, EntityId("FIP-1")), ElementsAre("00 FIP-1 2/1"));
  const auto unknown = token_statistics(test_.store(), {}, EntityId("NOBODY"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
}

TEST_F(TokenStatisticsTest, ComeInParts) {
  for (int hour = 0; hour < 2; ++hour) {
    add(start_ + hour * 1h, EntityUuid(), 0, hour);
    for (const auto* id : {"AA-1", "FIP-1"}) add(start_ + hour * 1h, uuid_of(id), hour, 0);
  }
  const auto whole = between({}, {});
  ASSERT_EQ(whole.size(), 6U);
  for (const std::size_t limit : {1U, 2U, 5U, 6U, 7U}) {
    std::vector<std::string> in_parts;
    TokenCountRange range{.limit = limit};
    for (auto goes_on = true; goes_on;) {
      const auto part = statistics(range);
      EXPECT_LE(part.items.size(), limit);
      std::ranges::copy(lines_of(part), std::back_inserter(in_parts));
      range.after = part.next;
      goes_on = part.next.has_value();
    }
    EXPECT_EQ(in_parts, whole) << limit;
  }
  const TokenCountPlace newest{.hour = start_ + 1h, .entity = uuid_of("FIP-1")};
  EXPECT_THAT(lines_of(statistics({.until = start_ + 1h, .after = newest}, EntityId("FIP-1"))),
              ElementsAre("00 FIP-1 0/0"));
}

TEST_F(TokenStatisticsTest, AreKeptAsLongAsTheAuditTrail) {
  Policy policy;
  policy.audit_retention = 180 * 24h;
  const DecisionClock clock(test_.clock(), test_.store());
  for (int hour = 0; hour < 3; ++hour) add(start_ + hour * 1h, uuid_of("AA-1"), hour, 0);
  test_.clock().set(start_ + policy.audit_retention + 1h - 1ms);
  ASSERT_TRUE(forget_old_token_counts(test_.store(), clock, policy));
  EXPECT_THAT(between({}, {}), ElementsAre("02 AA-1 2/0", "01 AA-1 1/0", "00 AA-1 0/0"));
  test_.clock().set(start_ + policy.audit_retention + 1h);
  ASSERT_TRUE(forget_old_token_counts(test_.store(), clock, policy));
  EXPECT_THAT(between({}, {}), ElementsAre("02 AA-1 2/0", "01 AA-1 1/0"));
}

}  // namespace
}  // namespace dwarpal::core
