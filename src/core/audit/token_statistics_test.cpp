#include "core/audit/token_statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  std::vector<std::string> between(Instant since, Instant until, const std::optional<EntityId>& entity = {}) {
    std::vector<std::string> lines;
    const auto statistics = token_statistics(test_.store(), since, until, entity);
    for (const auto& found : *statistics) {
      lines.push_back(iso8601(found.hour).substr(11, 2) + " " + (found.entity ? found.entity->text() : "nobody") + " " +
                      std::to_string(found.issued) + "/" + std::to_string(found.refused));
    }
    return lines;
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
  EXPECT_THAT(between(start_, start_ + 2h), ElementsAre("00 nobody 0/7", "00 AA-1 1/0", "00 FIP-1 5/1", "01 AA-1 0/4"));
}

TEST_F(TokenStatisticsTest, CoverTheHoursThatBeginInBetween) {
  for (int hour = 0; hour < 3; ++hour) add(start_ + hour * 1h, uuid_of("AA-1"), hour, 0);
  EXPECT_THAT(between(start_ + 1h, start_ + 2h), ElementsAre("01 AA-1 1/0"));
  EXPECT_THAT(between(start_ + 1ms, start_ + 2h), ElementsAre("01 AA-1 1/0"));
  EXPECT_THAT(between(start_ + 3h, start_ + 9h), IsEmpty());
}

TEST_F(TokenStatisticsTest, CanBeOfOneEntityAlone) {
  add(start_, uuid_of("FIP-1"), 2, 1);
  add(start_, uuid_of("AA-1"), 1, 0);
  EXPECT_THAT(between(start_, start_ + 1h, EntityId("FIP-1")), ElementsAre("00 FIP-1 2/1"));
  const auto unknown = token_statistics(test_.store(), start_, start_ + 1h, EntityId("NOBODY"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace dwarpal::core
