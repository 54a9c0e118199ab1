#include "storage/sqlite/migrations.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "storage/data_directory.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::storage {

namespace {

constexpr Migration kFirst{.version = 1,
                           .sql = "PRAGMA application_id = 1148678768; CREATE TABLE first (x INTEGER) STRICT;"};
constexpr Migration kSecond{.version = 2, .sql = "CREATE TABLE second (x INTEGER) STRICT;"};
constexpr Migration kBroken{.version = 2, .sql = "CREATE TABLE second (x INTEGER) STRICT; SELECT nonsense;"};

class Migrations : public testing::Test {
 protected:
  Migrations() {
    const auto file = directory_.path() / "file.db";
    EXPECT_TRUE(make_private_file(file));
    connection_ = Connection::open(file, Connection::Use::Write, std::chrono::milliseconds(0)).value();
  }

  std::optional<int> version() { return schema_version(*connection_).value(); }
  bool has_table(const std::string& name) {
    return connection_->any("SELECT 1 FROM sqlite_schema WHERE name = ?", name).value();
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(Migrations, BeginWithAnEmptyFile) {
  EXPECT_EQ(version(), std::nullopt);
  EXPECT_TRUE(migrate(*connection_, std::array{kFirst, kSecond}));
  EXPECT_EQ(version(), 2);
  EXPECT_TRUE(has_table("first"));
  EXPECT_TRUE(has_table("second"));
}

TEST_F(Migrations, TakeOnlyTheStepsThatAreMissing) {
  ASSERT_TRUE(migrate(*connection_, std::array{kFirst}));
  EXPECT_EQ(version(), 1);
  EXPECT_FALSE(has_table("second"));
  EXPECT_TRUE(migrate(*connection_, std::array{kFirst, kSecond}));
  EXPECT_EQ(version(), 2);
  EXPECT_TRUE(has_table("second"));
  EXPECT_TRUE(migrate(*connection_, std::array{kFirst, kSecond}));
}

TEST_F(Migrations, LeaveAnEmptyFileEmptyWhenOneFails) {
  EXPECT_FALSE(migrate(*connection_, std::array{kFirst, kBroken}));
  EXPECT_EQ(version(), std::nullopt);
  EXPECT_FALSE(has_table("first"));
  EXPECT_TRUE(migrate(*connection_, std::array{kFirst, kSecond}));
}

TEST_F(Migrations, LeaveAStoreAsItWasWhenOneFails) {
  ASSERT_TRUE(migrate(*connection_, std::array{kFirst}));
  EXPECT_FALSE(migrate(*connection_, std::array{kFirst, kBroken}));
  EXPECT_EQ(version(), 1);
  EXPECT_FALSE(has_table("second"));
  EXPECT_TRUE(migrate(*connection_, std::array{kFirst, kSecond}));
}

TEST_F(Migrations, RefuseTheFileOfAnotherProgram) {
  ASSERT_TRUE(connection_->run_script("CREATE TABLE recipes (x)"));
  const auto found = schema_version(*connection_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::InvalidSetting);
  EXPECT_FALSE(migrate(*connection_, all_migrations()));
  EXPECT_FALSE(has_table("entities"));
}

TEST_F(Migrations, AreNumberedFromOneWithoutGaps) {
  int expected = 1;
  for (const auto& migration : all_migrations()) EXPECT_EQ(migration.version, expected++);
  EXPECT_GT(expected, 1);
}

TEST_F(Migrations, MakeStrictTables) {
  ASSERT_TRUE(migrate(*connection_, all_migrations()));
  EXPECT_FALSE(connection_
                   ->any("SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 "
                         "AND name NOT LIKE 'sqlite_%'")
                   .value());
}

}  // namespace

}  // namespace dwarpal::storage
