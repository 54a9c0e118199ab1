#include "core/audit/audit_retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "core/data_keys.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class AuditRetentionTest : public testing::Test {
 protected:
  /// One record an hour.
  void append(int records) {
    for (int at = 0; at < records; ++at) {
      ASSERT_TRUE(test_->write(
          [&](Transaction& transaction) { return trail_.append(transaction, AuditEvent{.action = "a"}, context_); }));
      test_.clock().advance(1h);
    }
  }
  Result<AuditRetention::Old> collect(Instant until) {
    kept_.clear();
    return retention_.collect(until, [&](std::span<const AuditRecord> records) -> Result<> {
      for (const auto& record : records) kept_.push_back(record.position.number);
      return {};
    });
  }
  void archive(Instant until) {
    const auto old = collect(until);
    ASSERT_TRUE(old);
    ASSERT_TRUE(retention_.remove(*old, "/archive/file", context_));
  }
  std::vector<std::int64_t> numbers() {
    const auto records =
        test_->read([](Transaction& transaction) { return transaction.audit().records_after({}, 10'000); });
    std::vector<std::int64_t> found;
    for (const auto& record : *records) found.push_back(record.position.number);
    return found;
  }
  std::string newest_event() {
    return test_->read([](Transaction& transaction) { return transaction.audit().newest({}, 1); })->front().event;
  }
  bool is_whole() { return !trail_.verify(test_.store())->first_broken; }
  void tamper(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(storage::SqliteStore::file_in(test_.directory()).c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
  DataKeys keys_ =
      *DataKeys::open(test_.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))), random_, test_.clock());
  AuditTrail trail_{keys_, test_.clock()};
  AuditRetention retention_{test_.store(), trail_};
  CallContext context_{.actor = Actor::system()};
  const Instant start_ = test_.clock().now();
  std::vector<std::int64_t> kept_;
};

TEST_F(AuditRetentionTest, RemovesWhatIsOlderAndWasKept) {
  append(4);
  archive(start_ + 2h);
  EXPECT_THAT(kept_, ElementsAre(1, 2));
  EXPECT_THAT(numbers(), ElementsAre(3, 4, 5));
  EXPECT_TRUE(is_whole());
}

TEST_F(AuditRetentionTest, TellsWhatItRemovedAndWhereItIs) {
  append(4);
  archive(start_ + 2h);
  EXPECT_NE(newest_event().find(
                R"("action":"audit.archive","outcome":"done","actorKind":"system","actor":"system","details":{)"
                R"("file":"/archive/file","records":2,"lastChain":1,"lastNumber":2})"),
            std::string::npos)
      << newest_event();
}

TEST_F(AuditRetentionTest, KeepsWhatIsAsOldAsThatToTheMillisecond) {
  append(2);
  EXPECT_EQ(collect(start_)->records, 0);
  EXPECT_THAT(kept_, IsEmpty());
  EXPECT_EQ(collect(start_ + 1ms)->records, 1);
}

TEST_F(AuditRetentionTest, StopsBeforeTheFirstYoungRecordAlsoWhereOlderOnesFollow) {
  append(2);
  test_.clock().set(start_ - 10h);
  append(1);
  archive(start_ + 30min);
  EXPECT_THAT(kept_, ElementsAre(1));
}

TEST_F(AuditRetentionTest, GoesOnFromItsAnchor) {
  append(4);
  archive(start_ + 1h);
  archive(start_ + 3h);
  EXPECT_THAT(kept_, ElementsAre(2, 3));
  EXPECT_TRUE(is_whole());
}

TEST_F(AuditRetentionTest, RemovesManyInSteps) {
  append(2500);
  const auto old = collect(test_.clock().now());
  ASSERT_TRUE(old);
  EXPECT_EQ(old->anchors.size(), 3U);
  ASSERT_TRUE(retention_.remove(*old, "file", context_));
  EXPECT_THAT(numbers(), ElementsAre(2501));
  EXPECT_TRUE(is_whole());
}

TEST_F(AuditRetentionTest, RemovesOverTheEndOfAChain) {
  append(2);
  ASSERT_TRUE(test_->write([&](Transaction& transaction) {
    return trail_.begin_chain(transaction, AuditEvent{.action = "store.restore"}, context_);
  }));
  test_.clock().advance(1h);
  append(1);
  archive(start_ + 3h);
  EXPECT_THAT(kept_, ElementsAre(1, 2, 1));
  EXPECT_TRUE(is_whole());
}

TEST_F(AuditRetentionTest, RemovesNothingThatCouldNotBeKept) {
  append(2);
  const auto refused = retention_.collect(
      start_ + 2h, [](auto) -> Result<> { return fail(ErrorCode::Unavailable, "The disk is full"); });
  EXPECT_FALSE(refused);
  EXPECT_THAT(numbers(), ElementsAre(1, 2));
}

TEST_F(AuditRetentionTest, LeavesABrokenTrailToBeSeen) {
  append(3);
  tamper("UPDATE audit_records SET at = at - 1 WHERE number = 2");
  const auto refused = collect(start_ + 3h);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 3));
}

TEST_F(AuditRetentionTest, NeverSetsAnAnchorBack) {
  append(4);
  const auto early = collect(start_ + 1h);
  archive(start_ + 3h);
  ASSERT_TRUE(retention_.remove(*early, "file", context_));
  EXPECT_THAT(numbers(), ElementsAre(4, 5));
  EXPECT_TRUE(is_whole());
}

}  // namespace
}  // namespace dwarpal::core
