#include "app/master_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>
#include <vector>

#include "crypto/base64url.hpp"
#include "crypto/system_random.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class MasterKey : public ::testing::Test {
 protected:
  MasterKey() { settings_.data_directory = data_; }

  void write(const std::filesystem::path& file, std::string_view content, mode_t mode = 0600) const {
    std::ofstream(file) << content;
    ::chmod(file.c_str(), mode);
  }
  /// The one key that opens what the other sealed.
  [[nodiscard]] bool same(const crypto::WrappingKey& left, const crypto::WrappingKey& right) {
    return right.unwrap(*left.wrap(Secret::copy_of("text"), "row", random_), "row").has_value();
  }
  [[nodiscard]] crypto::AeadKey key_of(std::string bytes) const {
    return crypto::AeadKey::create(Secret(std::move(bytes))).value();
  }
  [[nodiscard]] std::string refusal() {
    const auto key = load_master_key(settings_, random_);
    if (key) return "loaded";
    EXPECT_EQ(key.error().code, ErrorCode::InvalidSetting);
    return key.error().message;
  }

  crypto::SystemRandom random_;
  test::TemporaryDirectory directory_;
  std::filesystem::path data_ = directory_.path() / "data";
  std::filesystem::path file_ = directory_.path() / "given.key";
  const std::string bytes_ = std::string(32, '\x11');
  const std::string text_ = crypto::base64_encode(bytes_);
  Settings settings_;
};

TEST_F(MasterKey, IsTheOneOfTheEnvironment) {
  settings_.master_key = Secret::copy_of(text_);
  const auto key = load_master_key(settings_, random_);
  ASSERT_TRUE(key);
  EXPECT_TRUE(same(**key, key_of(bytes_)));
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(MasterKey, OfTheEnvironmentIsBase64Of32Bytes) {
  for (const auto& text : {std::string(), std::string("open sesame!"), text_ + "=", text_.substr(1),
                           crypto::base64_encode(bytes_.substr(1)), crypto::base64_encode(bytes_ + "x")}) {
    settings_.master_key = Secret::copy_of(text);
    EXPECT_EQ(refusal(), "keys.master_key is not base64 of 32 bytes");
  }
}

TEST_F(MasterKey, IsTheOneOfTheFile) {
  settings_.master_key_file = file_;
  write(file_, text_ + "\n");
  const auto key = load_master_key(settings_, random_);
  ASSERT_TRUE(key);
  EXPECT_TRUE(same(**key, key_of(bytes_)));
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(MasterKey, OfAFileIsRefusedWithoutTellingWhatIsInIt) {
  settings_.master_key_file = file_;
  EXPECT_THAT(refusal(), AllOf(StartsWith("keys.master_key_file: "), HasSubstr("given.key cannot be read")));
  write(file_, text_, 0644);
  EXPECT_THAT(refusal(), HasSubstr("given.key has mode 0644"));
  write(file_, "open sesame", 0600);
  EXPECT_EQ(refusal(), "keys.master_key_file: " + file_.string() + " is not base64 of 32 bytes");
}

TEST_F(MasterKey, OfASandboxIsMadeOnceForItsOwnerAlone) {
  const auto first = load_master_key(settings_, random_);
  ASSERT_TRUE(first) << first.error().message;
  struct stat status{};
  ASSERT_EQ(::stat(master_key_in(data_).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  ASSERT_EQ(::stat(data_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
  const auto second = load_master_key(settings_, random_);
  ASSERT_TRUE(second);
  EXPECT_TRUE(same(**first, **second));
}

TEST_F(MasterKey, OfASandboxIsNotMadeBesideAStore) {
  ASSERT_TRUE(load_master_key(settings_, random_));
  write(storage::SqliteStore::file_in(data_), "");
  EXPECT_EQ(refusal(), "loaded");
  std::filesystem::remove(master_key_in(data_));
  EXPECT_THAT(refusal(), AllOf(StartsWith("keys.master_key_file: "), HasSubstr("master.key is missing"),
                               HasSubstr("cannot be opened without it")));
  EXPECT_FALSE(std::filesystem::exists(master_key_in(data_)));
}

TEST_F(MasterKey, OfASandboxIsRefusedWhenOthersMayReadIt) {
  ASSERT_TRUE(load_master_key(settings_, random_));
  ::chmod(master_key_in(data_).c_str(), 0640);
  EXPECT_THAT(refusal(), HasSubstr("master.key has mode 0640"));
}

TEST_F(MasterKey, IsCheckedWithoutMakingOne) {
  EXPECT_TRUE(check_master_key(settings_));
  EXPECT_FALSE(std::filesystem::exists(data_));
  ASSERT_TRUE(load_master_key(settings_, random_));
  EXPECT_TRUE(check_master_key(settings_));
  ::chmod(master_key_in(data_).c_str(), 0640);
  EXPECT_EQ(check_master_key(settings_).error().message, refusal());
  settings_.master_key = Secret::copy_of("short");
  EXPECT_EQ(check_master_key(settings_).error().message, refusal());
}

TEST_F(MasterKey, IsNotMadeForUatAndProduction) {
  for (const auto profile : {core::Profile::Uat, core::Profile::Production}) {
    settings_.profile = profile;
    EXPECT_EQ(refusal(),
              "keys.master_key_file, keys.master_key or keys.pkcs11_module must be set, because network.profile is " +
                  std::string(core::to_string(profile)));
  }
  EXPECT_FALSE(std::filesystem::exists(data_));
  settings_.profile = core::Profile::Sandbox;
  EXPECT_EQ(refusal(), "loaded");
}

TEST_F(MasterKey, IsOneForAllWhoStartAtOnce) {
  constexpr std::size_t kStarting = 8;
  std::vector<std::unique_ptr<crypto::WrappingKey>> keys(kStarting);
  {
    std::vector<std::jthread> starting;
    starting.reserve(kStarting);
    for (auto& key : keys) {
      starting.emplace_back([&] {
        auto loaded = load_master_key(settings_, random_);
        if (loaded) key = *std::move(loaded);
      });
    }
  }
  for (const auto& key : keys) {
    ASSERT_TRUE(key);
    EXPECT_TRUE(same(*keys.front(), *key));
  }
}

}  // namespace
}  // namespace dwarpal::app
