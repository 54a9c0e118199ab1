// What is SQLite's own: the file, its versions, and what its errors say.
#include "storage/sqlite/sqlite_store.hpp"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "core/audit/audit_trail.hpp"
#include "storage/store_contract.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;
using storage::Create;
using storage::Migrate;
using storage::SqliteOptions;
using storage::SqliteStore;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SqliteFile : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path data() const { return directory_.path() / "data"; }
  [[nodiscard]] std::filesystem::path file() const { return SqliteStore::file_in(data()); }

  [[nodiscard]] Result<std::unique_ptr<SqliteStore>> open(SqliteOptions options) {
    return SqliteStore::open(data(), clock_, options);
  }
  [[nodiscard]] std::unique_ptr<SqliteStore> make() { return must(open({.create = Create::Yes})); }

  /// As another program would.
  void run(const std::string& sql) { SQLite::Database(file().string(), SQLite::OPEN_READWRITE).exec(sql); }

  [[nodiscard]] std::string content() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void write_content(const std::string& text) const {
    std::filesystem::create_directories(data());
    std::ofstream(file(), std::ios::binary) << text;
  }
  static unsigned mode(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
  }

  TemporaryDirectory directory_;
  FixedClock clock_;
};

TEST_F(SqliteFile, IsMadeWhereThereIsNone) {
  EXPECT_TRUE(open({.create = Create::Yes}));
  EXPECT_TRUE(std::filesystem::exists(file()));
  EXPECT_TRUE(open({}));
}

TEST_F(SqliteFile, IsNotMadeUnasked) {
  const auto opened = open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::NotFound);
  EXPECT_THAT(opened.error().message, HasSubstr(data().string()));
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(SqliteFile, ThatIsEmptyIsNoStoreYet) {
  write_content("");
  const auto opened = open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::NotFound);
  EXPECT_TRUE(open({.create = Create::Yes}));
}

TEST_F(SqliteFile, BelongsToItsOwnerAlone) {
  const auto store = make();
  must(insert_entity(*store, "A"));
  EXPECT_EQ(mode(data()), 0700U);
  EXPECT_EQ(mode(file()), 0600U);
  EXPECT_EQ(mode(file().string() + "-wal"), 0600U);
  EXPECT_EQ(mode(file().string() + "-shm"), 0600U);
}

TEST_F(SqliteFile, LeavesTheModeOfADirectoryThatIsThere) {
  std::filesystem::create_directory(data());
  std::filesystem::permissions(data(), std::filesystem::perms(0750));
  (void)make();
  EXPECT_EQ(mode(data()), 0750U);
}

TEST_F(SqliteFile, OfANewerProgramIsRefusedAndLeftAsItWas) {
  (void)make();
  run("PRAGMA user_version = 999");
  const auto before = content();
  for (const auto migrate : {Migrate::No, Migrate::Yes}) {
    const auto opened = open({.create = Create::Yes, .migrate = migrate});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::InvalidSetting);
    EXPECT_THAT(opened.error().message, AllOf(HasSubstr("newer"), HasSubstr(file().string())));
    EXPECT_EQ(content(), before);
  }
}

TEST_F(SqliteFile, OfAnOlderProgramIsRefusedUnlessItIsToBeMigrated) {
  (void)make();
  run("PRAGMA user_version = 0");
  const auto before = content();
  const auto opened = open({.create = Create::Yes});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::InvalidSetting);
  EXPECT_THAT(opened.error().message, AllOf(HasSubstr("dwarpal store migrate"), HasSubstr(file().string())));
  EXPECT_EQ(content(), before);
}

TEST_F(SqliteFile, OfAnotherProgramIsRefused) {
  std::filesystem::create_directories(data());
  SQLite::Database(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE recipes (x)");
  const auto before = content();
  const auto opened = open({.create = Create::Yes, .migrate = Migrate::Yes});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::InvalidSetting);
  EXPECT_EQ(content(), before);
}

TEST_F(SqliteFile, ThatIsNoDatabaseIsRefused) {
  const std::string text(5'000, 'x');
  write_content(text);
  const auto opened = open({.create = Create::Yes, .migrate = Migrate::Yes});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(opened.error().message, AllOf(HasSubstr("not a database"), HasSubstr(file().string())));
  EXPECT_EQ(content(), text);
}

TEST_F(SqliteFile, ThatIsDamagedIsReported) {
  must(insert_entity(*make(), "A"));
  auto text = content();
  std::fill(text.begin() + 4096, text.end(), '\xAA');  // all pages but the first
  write_content(text);
  const auto opened = open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(opened.error().message, AllOf(HasSubstr("damaged"), HasSubstr(file().string())));
}

TEST_F(SqliteFile, ThatIsADirectoryIsReported) {
  std::filesystem::create_directories(file());
  const auto opened = open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr(file().string()));
}

TEST_F(SqliteFile, InADirectoryThatCannotBeMadeIsReported) {
  const auto opened = SqliteStore::open("/dev/null/data", clock_, {.create = Create::Yes});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("/dev/null/data"));
}

TEST_F(SqliteFile, ThatIsLockedMakesAWriterGiveUpAfterTheBusyTimeout) {
  (void)make();
  const auto store = must(open({.busy_timeout = std::chrono::milliseconds(1)}));
  SQLite::Database other(file().string(), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  const auto done = insert_entity(*store, "A");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(done.error().message, HasSubstr("locked by another process"));
  EXPECT_FALSE(must(store->read([](Transaction& t) { return t.entities().find(EntityId("A")); })));
  other.exec("ROLLBACK");
  EXPECT_TRUE(insert_entity(*store, "A"));
}

TEST_F(SqliteFile, WithAValueThatIsUnknownIsReportedWithoutTheValue) {
  const auto store = make();
  must(insert_entity(*store, "A"));
  run("UPDATE entities SET status = 'SLEEPING BEAUTY'");
  const auto found = store->read([](Transaction& t) { return t.entities().find(EntityId("A")); });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(found.error().message + found.error().detail, Not(HasSubstr("BEAUTY")));
}

TEST_F(SqliteFile, HasErrorsWithoutValues) {
  const auto store = make();
  auto entity = some_entity("id-of-somebody");
  entity.name = "name-of-somebody";
  must(store->write([&](Transaction& t) { return t.entities().insert(entity); }));
  const auto done = store->write([&](Transaction& t) { return t.entities().insert(entity); });
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message + done.error().detail, Not(HasSubstr("somebody")));
  EXPECT_THAT(done.error().detail, AllOf(HasSubstr("INSERT INTO entities"), HasSubstr(file().string())));
}

using SqliteFileDeathTest = SqliteFile;

TEST_F(SqliteFileDeathTest, AbortsAWriteInsideAWriteRatherThanWaitForItself) {
  const auto store = make();
  EXPECT_DEATH((void)store->write([&](Transaction&) { return insert_entity(*store, "A"); }), "a write inside a write");
}

}  // namespace

}  // namespace dwarpal::test
