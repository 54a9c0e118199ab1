#include "storage/new_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "support/temporary_directory.hpp"

namespace dwarpal::storage {
namespace {

namespace fs = std::filesystem;

class NewFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::string content() const {
    std::ifstream stream(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] long files() const {
    return std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator());
  }

  test::TemporaryDirectory directory_;
  fs::path file_ = directory_.path() / "export.jsonl";
};

TEST_F(NewFileTest, HasItsNameOnceItIsFinished) {
  auto made = NewFile::create(file_);
  ASSERT_TRUE(made);
  const std::string text(100'000, 'x');
  ASSERT_TRUE(made->write(text));
  ASSERT_TRUE(made->write("y"));
  EXPECT_FALSE(fs::exists(file_));
  ASSERT_TRUE(made->finish());
  EXPECT_EQ(content(), text + "y");
  EXPECT_EQ(files(), 1);
}

TEST_F(NewFileTest, IsReadByItsOwnerAlone) {
  auto made = NewFile::create(file_);
  ASSERT_TRUE(made);
  ASSERT_TRUE(made->finish());
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(NewFileTest, LeavesNothingUnfinished) {
  {
    auto made = NewFile::create(file_);
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->write("half"));
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(NewFileTest, RefusesANameThatIsTaken) {
  std::ofstream(file_) << "old";
  const auto made = NewFile::create(file_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::AlreadyExists);
  EXPECT_NE(made.error().message.find(file_.string()), std::string::npos);
  EXPECT_EQ(content(), "old");
}

TEST_F(NewFileTest, RefusesALinkThatLeadsNowhere) {
  fs::create_symlink(directory_.path() / "nowhere", file_);
  EXPECT_FALSE(NewFile::create(file_));
}

TEST_F(NewFileTest, DoesNotTakeANameThatSomebodyTookMeanwhile) {
  auto made = NewFile::create(file_);
  ASSERT_TRUE(made);
  std::ofstream(file_) << "theirs";
  const auto finished = made->finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(content(), "theirs");
}

TEST_F(NewFileTest, SaysWhereItCannotBeMade) {
  const auto made = NewFile::create(directory_.path() / "missing" / "file");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace dwarpal::storage
