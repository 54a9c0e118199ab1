#include "app/secret_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_directory.hpp"

namespace dwarpal::app {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SecretFile : public ::testing::Test {
 protected:
  void write(std::string_view content, mode_t mode = 0600) const {
    std::ofstream(file_) << content;
    ::chmod(file_.c_str(), mode);
  }
  [[nodiscard]] std::string content() const {
    const auto secret = read_secret_file(file_, "keys.master_key_file");
    EXPECT_TRUE(secret) << secret.error().message;
    return secret ? std::string(secret->expose()) : std::string();
  }
  [[nodiscard]] std::string refusal() const {
    const auto secret = read_secret_file(file_, "keys.master_key_file");
    if (secret) return "read";
    EXPECT_EQ(secret.error().code, ErrorCode::InvalidSetting);
    EXPECT_THAT(secret.error().message, StartsWith("keys.master_key_file: " + file_.string()));
    return secret.error().message;
  }

  test::TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "secret";
};

TEST_F(SecretFile, IsReadWithoutTheLineEndBehindIt) {
  for (const auto* text : {"open sesame", "open sesame\n", "open sesame\r\n"}) {
    write(text);
    EXPECT_EQ(content(), "open sesame");
  }
  write("open sesame\n\n");
  EXPECT_EQ(content(), "open sesame\n");
}

TEST_F(SecretFile, MustBeForItsOwnerAlone) {
  for (const mode_t mode : {mode_t{0600}, mode_t{0400}}) {
    write("open sesame", mode);
    EXPECT_EQ(refusal(), "read");
  }
  for (const mode_t mode : {mode_t{0640}, mode_t{0604}, mode_t{0620}, mode_t{0601}, mode_t{0700}, mode_t{04600}}) {
    write("open sesame", mode);
    EXPECT_THAT(refusal(), HasSubstr("must be for its owner alone")) << mode;
  }
}

TEST_F(SecretFile, MustBeARegularFileThatIsThere) {
  EXPECT_THAT(refusal(), HasSubstr("cannot be read"));
  std::filesystem::create_directory(file_);
  EXPECT_THAT(refusal(), EndsWith("is not a regular file"));
  std::filesystem::remove(file_);
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_THAT(refusal(), EndsWith("is not a regular file"));
}

TEST_F(SecretFile, HoldsAtMost4095Bytes) {
  write(std::string(4095, 'a'));
  EXPECT_EQ(content().size(), 4095U);
  write(std::string(4096, 'a'));
  EXPECT_THAT(refusal(), EndsWith("is too long for a secret"));
}

TEST_F(SecretFile, IsMadeForItsOwnerAlone) {
  ASSERT_TRUE(make_secret_file(file_, Secret::copy_of("open sesame")));
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(content(), "open sesame");
}

TEST_F(SecretFile, IsNotMadeWhereThereIsOne) {
  write("the first");
  ASSERT_TRUE(make_secret_file(file_, Secret::copy_of("the second")));
  EXPECT_EQ(content(), "the first");
}

TEST_F(SecretFile, LeavesNothingBesideIt) {
  ASSERT_TRUE(make_secret_file(file_, Secret::copy_of("open sesame")));
  ASSERT_TRUE(make_secret_file(file_, Secret::copy_of("open sesame")));
  const std::filesystem::directory_iterator files(directory_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(SecretFile, IsNotMadeInADirectoryThatIsMissing) {
  const auto made = make_secret_file(directory_.path() / "missing" / "secret", Secret::copy_of("open sesame"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(made.error().message, HasSubstr("missing/secret cannot be written"));
}

}  // namespace
}  // namespace dwarpal::app
