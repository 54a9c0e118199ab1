#include "core/audit/audit_trail.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "core/data_keys.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

/// Somebody who can write the store's file, but has no key.
class AuditTrailTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* action : {"one", "two", "three", "four"}) {
      ASSERT_TRUE(test_.store().write([&](Transaction& transaction) {
        return trail_.append(transaction, AuditEvent{.action = action}, CallContext{.actor = Actor::system()});
      }));
    }
  }

  void tamper(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(storage::SqliteStore::file_in(test_.directory()).c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  std::optional<std::int64_t> first_broken() {
    const auto verdict = trail_.verify(test_.store());
    EXPECT_TRUE(verdict);
    return verdict ? verdict->first_broken : std::nullopt;
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
  DataKeys keys_ =
      *DataKeys::open(test_.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))), random_, test_.clock());
  AuditTrail trail_{keys_, test_.clock()};
};

TEST_F(AuditTrailTest, IsWholeAsItWasWritten) {
  const auto verdict = trail_.verify(test_.store());
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->records, 4);
  EXPECT_EQ(verdict->first_broken, std::nullopt);
}

TEST_F(AuditTrailTest, NamesAnAlteredRecord) {
  tamper("UPDATE audit_records SET event = replace(event, 'three', 'eerht') WHERE number = 3");
  EXPECT_EQ(first_broken(), 3);
}

TEST_F(AuditTrailTest, NamesARecordWhoseTimeWasAltered) {
  tamper("UPDATE audit_records SET at = at + 1 WHERE number = 2");
  EXPECT_EQ(first_broken(), 2);
}

TEST_F(AuditTrailTest, NamesARecordThatWasRemoved) {
  tamper("DELETE FROM audit_records WHERE number = 2");
  EXPECT_EQ(first_broken(), 2);
}

TEST_F(AuditTrailTest, NamesWhereOneWasInserted) {
  tamper(
      "UPDATE audit_records SET number = 5 WHERE number = 4;"
      "INSERT INTO audit_records SELECT chain, 4, at, event, hmac FROM audit_records WHERE number = 3;");
  EXPECT_EQ(first_broken(), 4);
}

TEST_F(AuditTrailTest, NamesWhereTwoChangedPlaces) {
  tamper(
      "UPDATE audit_records SET number = 9 WHERE number = 2;"
      "UPDATE audit_records SET number = 2 WHERE number = 3;"
      "UPDATE audit_records SET number = 3 WHERE number = 9;");
  EXPECT_EQ(first_broken(), 2);
}

TEST_F(AuditTrailTest, NamesWhereTheEndWasCutOff) {
  tamper("DELETE FROM audit_records WHERE number >= 3");
  EXPECT_EQ(first_broken(), 3);
}

TEST_F(AuditTrailTest, NoticesACutEndBelowAHeadThatWasSetBack) {
  tamper(
      "DELETE FROM audit_records WHERE number >= 3;"
      "UPDATE audit_heads SET number = 2, hmac = (SELECT hmac FROM audit_records WHERE number = 2)");
  EXPECT_EQ(first_broken(), 3);
}

TEST_F(AuditTrailTest, NoticesThatTheWholeTrailWasRemoved) {
  tamper("DELETE FROM audit_records");
  EXPECT_EQ(first_broken(), 1);
}

TEST(AuditEvent, LeavesOutWhatIsEmpty) {
  const AuditEvent event{.action = "secret.reset", .subject = "entity:aa-1"};
  const CallContext context{.actor = Actor::command_line("root")};
  EXPECT_EQ(serialize(event, context, instant_from_milliseconds(0)),
            R"({"at":"1970-01-01T00:00:00.000Z","action":"secret.reset","outcome":"done",)"
            R"("actorKind":"command-line","actor":"root","subject":"entity:aa-1"})");
}

}  // namespace
}  // namespace dwarpal::core
