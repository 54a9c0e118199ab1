#include "app/key_settings.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_directory.hpp"

namespace dwarpal::app {
namespace {

using namespace std::chrono_literals;

class KeySettings : public ::testing::Test {
 protected:
  Result<Settings> load(std::string_view keys, const Environment& environment = {}) {
    const auto file = directory_.path() / "dwarpal.toml";
    std::ofstream(file) << "[keys]\n" << keys;
    return load_settings(file, {}, environment);
  }
  std::string refusal_of(std::string_view keys, const Environment& environment = {}) {
    const auto settings = load(keys, environment);
    if (settings) return "loaded";
    EXPECT_EQ(settings.error().code, ErrorCode::InvalidSetting);
    return directory_.left_out_of(settings.error().message);
  }

  test::TemporaryDirectory directory_;
};

TEST_F(KeySettings, LeaveTheAlgorithmToTheNetworkUnlessItIsNamed) {
  const auto settings = load("");
  EXPECT_FALSE(settings->policy.signing_algorithm);
  EXPECT_EQ(settings->policy.rsa_bits, 2048U);
  EXPECT_EQ(settings->policy.key_rotation_period, 90 * 24h);
  EXPECT_EQ(settings->policy.key_publish_ahead, 14 * 24h);
  EXPECT_EQ(load("algorithm = 'EdDSA'")->policy.signing_algorithm, crypto::SignatureAlgorithm::EdDSA);
  EXPECT_EQ(refusal_of("algorithm = 'none'"),
            "dwarpal.toml:2: keys.algorithm must be one of RS256, PS256, ES256, EdDSA");
}

TEST_F(KeySettings, TakeThreeSizesOfRsaKeys) {
  for (const auto* bits : {"2048", "3072", "4096"}) {
    EXPECT_EQ(refusal_of("rsa_bits = " + std::string(bits)), "loaded") << bits;
  }
  for (const auto* bits : {"1024", "2047", "2049", "8192", "0"}) {
    EXPECT_EQ(refusal_of("rsa_bits = " + std::string(bits)), "dwarpal.toml:2: keys.rsa_bits must be 2048, 3072 or 4096")
        << bits;
  }
}

TEST_F(KeySettings, PublishAKeyADayAheadAtLeastAndNotLongerThanAPeriod) {
  EXPECT_EQ(refusal_of("publish_ahead = '1d'"), "loaded");
  EXPECT_NE(refusal_of("publish_ahead = '23h'"), "loaded");
  EXPECT_EQ(refusal_of("rotation_period = '20d'\npublish_ahead = '20d'"), "loaded");
  EXPECT_EQ(refusal_of("rotation_period = '20d'\npublish_ahead = '21d'"),
            "keys.publish_ahead must not be more than keys.rotation_period");
}

TEST_F(KeySettings, OfATokenBelongTogether) {
  const Environment pin{{"DWARPAL_KEYS_PKCS11_PIN", "1234"}};
  const std::string module = "pkcs11_module = '/lib/token.so'\n";
  const std::string token = module + "pkcs11_token = 'vault'\n";
  const auto settings = load(token, pin);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->master_key_token.module, "/lib/token.so");
  EXPECT_EQ(settings->master_key_token.token, "vault");
  EXPECT_EQ(settings->master_key_token.key_label, "dwarpal");
  EXPECT_EQ(settings->token_pin.expose(), "1234");

  EXPECT_EQ(refusal_of(module, pin), "keys.pkcs11_module is set, but keys.pkcs11_token is not");
  EXPECT_EQ(refusal_of("pkcs11_token = 'vault'"), "keys.pkcs11_token is set, but keys.pkcs11_module is not");
  const std::string one_pin =
      "keys.pkcs11_module is set: set keys.pkcs11_pin or keys.pkcs11_pin_file, too, and not both";
  EXPECT_EQ(refusal_of(token), one_pin);
  EXPECT_EQ(refusal_of(token + "pkcs11_pin_file = 'pin'", pin), one_pin);
  EXPECT_EQ(refusal_of(token + "pkcs11_pin = '1234'"),
            "dwarpal.toml:4: keys.pkcs11_pin is a secret: it is given in the variable DWARPAL_KEYS_PKCS11_PIN");
  EXPECT_EQ(refusal_of(token + "master_key_file = 'master.key'", pin),
            "keys.master_key_file and keys.pkcs11_module are both set");
}

}  // namespace
}  // namespace dwarpal::app
