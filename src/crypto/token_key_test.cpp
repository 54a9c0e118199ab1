// On a SoftHSM token, which Debian has as softhsm2; opensc's pkcs11-tool makes the keys, as an operator does.
#include "crypto/token_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crypto/system_random.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::crypto {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

class TokenKeyTest : public ::testing::Test {
 protected:
  TokenKeyTest() {
    const auto tokens = directory_.path() / "tokens";
    std::filesystem::create_directory(tokens);
    const auto config = directory_.path() / "softhsm2.conf";
    std::ofstream(config) << "directories.tokendir = " << tokens.string() << "\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", config.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the test has one thread
    run("softhsm2-util --init-token --free --label vault --so-pin 0000 --pin 1234");
  }

  static void run(const std::string& command) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the test has one thread
    ASSERT_EQ(std::system((command + " >/dev/null 2>&1").c_str()), 0) << command;
  }
  static void make_key(const std::string& label, const std::string& options = "--key-type AES:32 --sensitive") {
    run("pkcs11-tool --module " + std::string(kSoftHsm) + " --token-label vault --login --pin 1234 --keygen --label " +
        label + " " + options);
  }
  static Result<std::unique_ptr<TokenKey>> open(const std::string& key = "master", const std::string& pin = "1234",
                                                const std::string& token = "vault",
                                                const std::string& module = std::string(kSoftHsm)) {
    return TokenKey::open({.module = module, .token = token, .key_label = key}, Secret::copy_of(pin));
  }
  static std::string refusal(const Result<std::unique_ptr<TokenKey>>& key) {
    if (key) return "opened";
    EXPECT_EQ(key.error().code, ErrorCode::InvalidSetting);
    return key.error().message;
  }

  test::TemporaryDirectory directory_;
  SystemRandom random_;
};

TEST_F(TokenKeyTest, UnwrapsWhatItWrapped) {
  make_key("master");
  const auto key = *open();
  const auto wrapped = *key->wrap(Secret::copy_of("data key"), "row", random_);
  EXPECT_EQ(wrapped.size(), 12 + 8 + 16U);
  EXPECT_EQ(key->unwrap(wrapped, "row")->expose(), "data key");
  const auto again = *open();
  EXPECT_EQ(again->unwrap(wrapped, "row")->expose(), "data key");
}

TEST_F(TokenKeyTest, RefusesWhatWasWrappedForAnotherRowOrWasAltered) {
  make_key("master");
  const auto key = *open();
  auto wrapped = *key->wrap(Secret::copy_of("data key"), "row", random_);
  EXPECT_FALSE(key->unwrap(wrapped, "other"));
  EXPECT_FALSE(key->unwrap(wrapped.substr(1), "row"));
  EXPECT_FALSE(key->unwrap({}, "row"));
  wrapped[20] = static_cast<char>(wrapped[20] ^ 1);
  EXPECT_FALSE(key->unwrap(wrapped, "row"));
}

TEST_F(TokenKeyTest, RefusesWhatAnotherKeyWrapped) {
  make_key("master");
  make_key("other");
  const auto wrapped = *(*open())->wrap(Secret::copy_of("data key"), "row", random_);
  EXPECT_FALSE((*open("other"))->unwrap(wrapped, "row"));
}

TEST_F(TokenKeyTest, NamesTheSettingThatIsWrong) {
  make_key("master");
  EXPECT_THAT(refusal(open("master", "1234", "vault", "/nowhere/token.so")),
              StartsWith("keys.pkcs11_module: /nowhere/token.so cannot be loaded"));
  EXPECT_EQ(refusal(open("master", "1234", "absent")), "keys.pkcs11_token: there is no token with the label absent");
  EXPECT_THAT(refusal(open("master", "9999")), StartsWith("keys.pkcs11_pin or keys.pkcs11_pin_file: "));
  EXPECT_EQ(refusal(open("absent")), "keys.pkcs11_key: the token has no AES key with the label absent");
  EXPECT_EQ(refusal(open()), "opened");
}

TEST_F(TokenKeyTest, RefusesAKeyThatIsNotFitForIt) {
  make_key("short", "--key-type AES:16 --sensitive");
  EXPECT_EQ(refusal(open("short")), "keys.pkcs11_key: the key is not an AES key of 256 bits");
  make_key("loose", "--key-type AES:32 --extractable");
  EXPECT_THAT(refusal(open("loose")), HasSubstr("can be taken out of the token"));
  make_key("twice");
  make_key("twice");
  EXPECT_EQ(refusal(open("twice")), "keys.pkcs11_key: the token has several AES keys with the label twice");
}

}  // namespace
}  // namespace dwarpal::crypto
