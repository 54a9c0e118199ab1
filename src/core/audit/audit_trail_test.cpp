#include "core/audit/audit_trail.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <utility>
#include <vector>

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

  void tamper(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(storage::SqliteStore::file_in(test_.directory()).c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  /// The number of the first broken record, or what else is the matter.
  std::string first_broken() {
    const auto verdict = trail_.verify(test_.store());
    if (!verdict) return verdict.error().message;
    if (!verdict->first_broken) return "whole";
    const auto& [chain, number] = verdict->first_broken->position;
    return chain == 1 ? std::to_string(number) : fmt::format("{} of {}", number, chain);
  }

  void append(const std::string& action) {
    ASSERT_TRUE(test_->write([&](Transaction& transaction) {
      return trail_.append(transaction, AuditEvent{.action = action}, CallContext{.actor = Actor::system()});
    }));
  }
  void begin_chain() {
    ASSERT_TRUE(test_->write([&](Transaction& transaction) {
      return trail_.begin_chain(transaction, AuditEvent{.action = "store.restore"}, {.actor = Actor::system()});
    }));
  }
  /// As retention does.
  void remove_through(std::int64_t number) {
    ASSERT_TRUE(test_->write([&](Transaction& transaction) -> Result<> {
      const auto records = TRY(transaction.audit().records_after({.chain = 1, .number = number - 1}, 1));
      return transaction.audit().remove_through(trail_.chain().anchor_at(records.front()));
    }));
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
  EXPECT_FALSE(verdict->first_broken);
}

TEST_F(AuditTrailTest, IsWholeWithManyRecordsInOneTransaction) {
  std::vector<TokenEvent> events;
  for (int at = 0; at < 2500; ++at) {
    events.push_back({.event = fmt::format(R"({{"action":"{}"}})", at), .at = instant_from_milliseconds(at)});
  }
  ASSERT_TRUE(test_->write([&](Transaction& transaction) { return trail_.append_all(transaction, events); }));
  append("after");
  EXPECT_EQ(first_broken(), "whole");
  EXPECT_EQ(trail_.verify(test_.store())->records, 2505);
  tamper("UPDATE audit_records SET event = event || ' ' WHERE number = 2504");
  EXPECT_EQ(first_broken(), "2504");
}

TEST_F(AuditTrailTest, NamesTheRecordOfWhichAnyColumnWasAltered) {
  for (const auto& [change, broken] : std::vector<std::pair<std::string, std::string>>{
           {"event = replace(event, 'three', 'eerht')", "3"},
           {"event = event || ' '", "3"},
           {"event = ''", "3"},
           {"at = at + 1", "3"},
           {"at = -at", "3"},
           {"hmac = zeroblob(32)", "3"},
           {"hmac = x''", "3"},
           {"hmac = (SELECT hmac FROM audit_records WHERE number = 2)", "3"},
           {"number = 30", "3"},
           {"number = 0", "0"},
           {"number = -3", "-3"},
           {"chain = 2", "3"},
           {"chain = 0", "3 of 0"}}) {
    tamper("CREATE TABLE kept AS SELECT * FROM audit_records");
    tamper("UPDATE audit_records SET " + change + " WHERE number = 3");
    EXPECT_EQ(first_broken(), broken) << change;
    tamper("DELETE FROM audit_records; INSERT INTO audit_records SELECT * FROM kept; DROP TABLE kept");
    ASSERT_EQ(first_broken(), "whole") << change;
  }
}

TEST_F(AuditTrailTest, NamesARecordThatWasRemoved) {
  for (const auto* number : {"1", "2", "4"}) {
    tamper("CREATE TABLE kept AS SELECT * FROM audit_records");
    tamper(std::string("DELETE FROM audit_records WHERE number = ") + number);
    EXPECT_EQ(first_broken(), number);
    tamper("DELETE FROM audit_records; INSERT INTO audit_records SELECT * FROM kept; DROP TABLE kept");
  }
}

TEST_F(AuditTrailTest, NamesWhereOneWasInserted) {
  tamper(
      "UPDATE audit_records SET number = 5 WHERE number = 4;"
      "INSERT INTO audit_records SELECT chain, 4, at, event, hmac FROM audit_records WHERE number = 3;");
  EXPECT_EQ(first_broken(), "4");
}

TEST_F(AuditTrailTest, NamesWhatWasAddedAtTheEnd) {
  tamper("INSERT INTO audit_records SELECT chain, 5, at, event, hmac FROM audit_records WHERE number = 4");
  EXPECT_EQ(first_broken(), "5");
}

TEST_F(AuditTrailTest, NamesWhereTwoChangedPlaces) {
  tamper(
      "UPDATE audit_records SET number = 9 WHERE number = 2;"
      "UPDATE audit_records SET number = 2 WHERE number = 3;"
      "UPDATE audit_records SET number = 3 WHERE number = 9;");
  EXPECT_EQ(first_broken(), "2");
}

TEST_F(AuditTrailTest, NamesWhereTheEndWasCutOff) {
  tamper("DELETE FROM audit_records WHERE number >= 3");
  EXPECT_EQ(first_broken(), "3");
}

TEST_F(AuditTrailTest, NoticesACutEndBelowAHeadThatWasSetBack) {
  tamper(
      "DELETE FROM audit_records WHERE number >= 3;"
      "UPDATE audit_heads SET number = 2, hmac = (SELECT hmac FROM audit_records WHERE number = 2)");
  EXPECT_EQ(first_broken(), "3");
}

TEST_F(AuditTrailTest, NoticesAHeadThatWasChanged) {
  for (const auto* change : {"number = 3", "number = 5", "number = 0", "hmac = zeroblob(32)", "hmac = x''"}) {
    tamper("CREATE TABLE kept AS SELECT * FROM audit_heads");
    tamper(std::string("UPDATE audit_heads SET ") + change);
    EXPECT_EQ(first_broken(), "5") << change;
    tamper("DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM kept; DROP TABLE kept");
  }
  tamper("UPDATE audit_heads SET chain = 2");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, NoticesThatTheWholeTrailWasRemoved) {
  tamper("DELETE FROM audit_records");
  EXPECT_EQ(first_broken(), "1");
  tamper("DELETE FROM audit_heads");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, NamesARecordOfAnotherStoresChain) {
  test::TestStore other;
  const auto other_keys =
      *DataKeys::open(other.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))), random_, other.clock());
  const AuditTrail other_trail(other_keys, other.clock());
  for (const auto* action : {"one", "two", "three", "four"}) {
    ASSERT_TRUE(other->write([&](Transaction& transaction) {
      return other_trail.append(transaction, {.action = action}, {.actor = Actor::system()});
    }));
  }
  const auto file = storage::SqliteStore::file_in(other.directory()).string();
  tamper("ATTACH '" + file + "' AS other; DELETE FROM audit_records WHERE number = 2;" +
         "INSERT INTO audit_records SELECT * FROM other.audit_records WHERE number = 2");
  EXPECT_EQ(first_broken(), "2");
}

TEST_F(AuditTrailTest, GoesOnInAChainThatHangsOnTheOneBefore) {
  begin_chain();
  append("five");
  EXPECT_EQ(first_broken(), "whole");
  EXPECT_EQ(trail_.verify(test_.store())->records, 6);
  const auto records = test_->read(
      [](Transaction& transaction) { return transaction.audit().records_after({.chain = 1, .number = 4}, 10); });
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ(records->front().position.chain, 2);
  EXPECT_EQ(records->front().position.number, 1);
  EXPECT_NE(records->front().event.find(R"("previousChain":1,"previousNumber":4,"previousHead":")"), std::string::npos);
}

TEST_F(AuditTrailTest, BeginsANewChainTwice) {
  begin_chain();
  begin_chain();
  EXPECT_EQ(first_broken(), "whole");
  tamper("DELETE FROM audit_records WHERE chain = 2");
  EXPECT_EQ(first_broken(), "1 of 2");
}

TEST_F(AuditTrailTest, NamesWhatIsBrokenInAnOldChain) {
  begin_chain();
  tamper("UPDATE audit_records SET at = 0 WHERE chain = 1 AND number = 2");
  EXPECT_EQ(first_broken(), "2");
}

TEST_F(AuditTrailTest, NamesARecordThatWasAddedToAnOldChain) {
  begin_chain();
  tamper("INSERT INTO audit_records SELECT 1, 5, at, event, hmac FROM audit_records WHERE chain = 2");
  EXPECT_EQ(first_broken(), "5");
}

TEST_F(AuditTrailTest, NoticesThatAnOldChainIsGone) {
  begin_chain();
  tamper("DELETE FROM audit_records WHERE chain = 1; DELETE FROM audit_heads WHERE chain = 1");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, NoticesThatAllRecordsAreGoneWhateverTheHeadsSay) {
  tamper("DELETE FROM audit_records; DELETE FROM audit_heads");
  EXPECT_EQ(first_broken(), "1");
  tamper("INSERT INTO audit_heads VALUES (1, 0, zeroblob(32))");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, NoticesAHeadThatNobodyWrote) {
  tamper("INSERT INTO audit_heads VALUES (2, 0, zeroblob(32))");
  EXPECT_NE(first_broken(), "whole");
  tamper("DELETE FROM audit_heads WHERE chain = 2; INSERT INTO audit_heads VALUES (99, 0, zeroblob(32))");
  EXPECT_NE(first_broken(), "whole");
}

TEST_F(AuditTrailTest, NoticesThatTheNewestChainIsGone) {
  begin_chain();
  tamper("DELETE FROM audit_records WHERE chain = 2; DELETE FROM audit_heads WHERE chain = 2");
  EXPECT_EQ(first_broken(), "5");
}

TEST_F(AuditTrailTest, NoticesThatTwoChainsChangedPlaces) {
  begin_chain();
  tamper(
      "UPDATE audit_records SET chain = 9 WHERE chain = 1; UPDATE audit_records SET chain = 1 WHERE chain = 2;"
      "UPDATE audit_records SET chain = 2 WHERE chain = 9");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, HoldsBehindAnAnchor) {
  remove_through(2);
  append("five");
  const auto verdict = trail_.verify(test_.store());
  ASSERT_TRUE(verdict);
  EXPECT_FALSE(verdict->first_broken);
  EXPECT_EQ(verdict->records, 3);
  remove_through(5);
  EXPECT_EQ(first_broken(), "whole");
  append("six");
  EXPECT_EQ(first_broken(), "whole");
  begin_chain();
  EXPECT_EQ(first_broken(), "whole");
}

TEST_F(AuditTrailTest, NoticesWhatIsWrongBehindAnAnchor) {
  remove_through(2);
  tamper("DELETE FROM audit_records WHERE number = 3");
  EXPECT_EQ(first_broken(), "3");
}

TEST_F(AuditTrailTest, NoticesARecordThatIsPutBackBelowItsAnchor) {
  tamper("CREATE TABLE kept AS SELECT * FROM audit_records");
  remove_through(2);
  tamper("INSERT INTO audit_records SELECT * FROM kept WHERE number = 1");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, NoticesAnAnchorThatWasForgedMovedOrRemoved) {
  remove_through(2);
  for (const auto* change : {"number = 3", "hmac = zeroblob(32)", "seal = zeroblob(32)", "seal = x''"}) {
    tamper("CREATE TABLE kept AS SELECT * FROM audit_anchors");
    tamper(std::string("UPDATE audit_anchors SET ") + change);
    EXPECT_NE(first_broken(), "whole") << change;
    tamper("DELETE FROM audit_anchors; INSERT INTO audit_anchors SELECT * FROM kept; DROP TABLE kept");
  }
  tamper("DELETE FROM audit_anchors");
  EXPECT_EQ(first_broken(), "1");
}

TEST_F(AuditTrailTest, IsNotFooledByAnAnchorMadeOfWhatCanBeRead) {
  tamper(
      "INSERT INTO audit_anchors SELECT chain, number, hmac, hmac FROM audit_records WHERE number = 2;"
      "DELETE FROM audit_records WHERE number <= 2");
  EXPECT_EQ(first_broken(), "3");
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
