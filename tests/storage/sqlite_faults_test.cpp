// A disk that is full or fails, at every single write of a transaction.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <span>

#include "core/audit/audit_trail.hpp"
#include "storage/faulty_vfs.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/store_contract.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;
using storage::Create;
using storage::SqliteStore;

constexpr int kMoreThanAnyTransactionNeeds = 500;

struct Fault {
  const char* name;
  int code;
  const char* message;
};

class SqliteFaults : public testing::TestWithParam<Fault> {
 protected:
  /// What a reset of a secret does: a new secret, the old one replaced, the entity active, a record.
  static Result<> reset(Transaction& transaction, std::int64_t number) {
    auto entity = some_entity("A");
    entity.name = "after reset " + std::to_string(number);
    TRY(transaction.entities().update(entity));
    TRY(transaction.secrets().set_replaced(entity.uuid, number - 1, at(1)));
    TRY(transaction.secrets().insert(entity.uuid, some_secret(number)));
    const core::AuditRecord record{
        .position = {.chain = 1, .number = number}, .at = at(1), .event = std::string(9'000, 'x'), .hmac = {}};
    TRY(transaction.audit().append(std::span(&record, 1)));
    return transaction.audit().set_head({.position = record.position, .hmac = {}});
  }
  static Result<> first(Transaction& transaction) {
    TRY(transaction.entities().insert(some_entity("A")));
    return transaction.secrets().insert(some_entity("A").uuid, some_secret(1));
  }

  /// The number of the newest secret, after a check that everything else is of the same transaction.
  static std::int64_t newest_reset(core::Store& store) {
    return must(store.read([](Transaction& t) -> Result<std::int64_t> {
      const auto entity = TRY(t.entities().find(EntityId("A"))).value();
      const auto states = TRY(t.secrets().live(entity.uuid));
      const auto number = states.at(0).number;
      EXPECT_EQ(entity.name, number == 1 ? "A bank" : "after reset " + std::to_string(number));
      EXPECT_EQ(states.size(), static_cast<std::size_t>(number));
      EXPECT_FALSE(states.at(0).replaced_at);
      EXPECT_TRUE(number == 1 || states.at(1).replaced_at);
      EXPECT_EQ(TRY(t.audit().head()).position.number, number == 1 ? 0 : number);
      return number;
    }));
  }
  void expect_intact() const {
    const SQLite::Database database(SqliteStore::file_in(directory_.path()).string(), SQLite::OPEN_READONLY);
    SQLite::Statement check(database, "PRAGMA integrity_check");
    ASSERT_TRUE(check.executeStep());
    EXPECT_EQ(check.getColumn(0).getString(), "ok");
  }
  [[nodiscard]] Result<std::unique_ptr<SqliteStore>> open() {
    return SqliteStore::open(directory_.path(), clock_, {.create = Create::Yes});
  }

  FixedClock clock_;
  TemporaryDirectory directory_;
  FaultyVfs vfs_;
};

INSTANTIATE_TEST_SUITE_P(Disks, SqliteFaults,
                         testing::Values(Fault{"Full", SQLITE_FULL, "The disk that holds the store is full"},
                                         Fault{"Failing", SQLITE_IOERR_WRITE, "The disk that holds the store fails"}),
                         [](const testing::TestParamInfo<Fault>& fault) { return std::string(fault.param.name); });

TEST_P(SqliteFaults, LeaveATransactionWhollyUndoneOrWhollyDone) {
  auto store = must(open());
  must(store->write(first));
  std::int64_t number = 1;
  int writes = 0;
  for (bool failed = true; failed; ++writes) {
    ASSERT_LT(writes, kMoreThanAnyTransactionNeeds);
    SCOPED_TRACE("failing after " + std::to_string(writes));
    vfs_.fail_after(writes, GetParam().code);
    const auto done = store->write([&](Transaction& t) { return reset(t, number + 1); });
    failed = vfs_.has_failed();
    vfs_.mend();
    if (!done) {
      EXPECT_EQ(done.error().code, ErrorCode::Unavailable);
      EXPECT_EQ(done.error().message, GetParam().message);
      EXPECT_NE(done.error().detail.find(SqliteStore::file_in(directory_.path()).string()), std::string::npos);
    }
    const auto expected = done ? number + 1 : number;
    EXPECT_EQ(newest_reset(*store), expected);
    expect_intact();
    store.reset();
    store = must(open());
    EXPECT_EQ(newest_reset(*store), expected);
    number = expected;
  }
  EXPECT_GT(writes, 5);
  EXPECT_GT(number, 1);
}

TEST_P(SqliteFaults, LeaveAStoreThatWorksAgainWhenTheyAreOver) {
  const auto store = must(open());
  must(store->write(first));
  vfs_.fail_after(0, GetParam().code);
  EXPECT_FALSE(store->write([](Transaction& t) { return reset(t, 2); }));
  EXPECT_EQ(newest_reset(*store), 1);
  vfs_.mend();
  EXPECT_TRUE(store->write([](Transaction& t) { return reset(t, 2); }));
  EXPECT_EQ(newest_reset(*store), 2);
  expect_intact();
}

TEST_P(SqliteFaults, LeaveANewStoreThatCanStillBeMade) {
  int writes = 0;
  for (bool failed = true; failed; ++writes) {
    ASSERT_LT(writes, kMoreThanAnyTransactionNeeds);
    SCOPED_TRACE("failing after " + std::to_string(writes));
    const auto file = SqliteStore::file_in(directory_.path());
    for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(file.string() + suffix);
    vfs_.fail_after(writes, GetParam().code);
    (void)open();
    failed = vfs_.has_failed();
    vfs_.mend();
    const auto store = must(open());
    must(store->write(first));
    EXPECT_EQ(newest_reset(*store), 1);
    expect_intact();
  }
  EXPECT_GT(writes, 5);
}

}  // namespace

}  // namespace dwarpal::test
