#include "app/key_settings.hpp"

#include "app/setting_builder.hpp"

namespace dwarpal::app {

namespace {

using namespace std::chrono_literals;
using core::Policy;
using crypto::SignatureAlgorithm;
using crypto::TokenAddress;

constexpr Duration kOneDay = 24h;

bool is_label(std::string_view text) { return !text.empty() && text.size() <= 255; }

SettingKind<std::int64_t> rsa_bits() {
  auto kind = whole_number(2048, 4096);
  kind.name = kind.expectation = "2048, 3072 or 4096";
  kind.accept = [is_in_range = kind.accept](const SettingValue& given) {
    auto bits = is_in_range(given);
    if (bits && *bits % 1024 != 0) bits.reset();
    return bits;
  };
  return kind;
}

}  // namespace

std::vector<Setting> key_settings() {
  return {
      setting("keys.master_key_file", path(), in_settings(&Settings::master_key_file),
              "File with the master key: base64 of 32 bytes, mode 0600 or stricter. A sandbox without it keeps one in "
              "the data directory."),
      setting("keys.master_key", secret(), in_draft(&SettingsDraft::master_key),
              "The master key itself, instead of the file. In the environment only.", GivenIn::EnvironmentOnly),
      setting("keys.pkcs11_module", path(), in_token(&TokenAddress::module),
              "Shared library of a PKCS #11 token that holds the master key, instead of a file."),
      setting("keys.pkcs11_token", text("a label", is_label), in_token(&TokenAddress::token),
              "The token's label. Needed with `keys.pkcs11_module`."),
      setting("keys.pkcs11_key", text("a label", is_label), in_token(&TokenAddress::key_label),
              "The label of the key in the token: AES of 256 bits, not extractable."),
      setting("keys.pkcs11_pin", secret(), in_draft(&SettingsDraft::token_pin),
              "The PIN of the token's user. In the environment only.", GivenIn::EnvironmentOnly),
      setting("keys.pkcs11_pin_file", path(), in_draft(&SettingsDraft::token_pin_file),
              "File with the PIN, mode 0600 or stricter, instead of `keys.pkcs11_pin`."),
      setting(
          "keys.algorithm",
          one_of<std::optional<SignatureAlgorithm>>({{"RS256", SignatureAlgorithm::RS256},
                                                     {"PS256", SignatureAlgorithm::PS256},
                                                     {"ES256", SignatureAlgorithm::ES256},
                                                     {"EdDSA", SignatureAlgorithm::EdDSA}}),
          in_policy(&Policy::signing_algorithm),
          "How tokens are signed. A change publishes a key of the new kind, which signs after `keys.publish_ahead`. "
          "Without it a network keeps what it has, and begins with RS256, which all verifiers take."),
      setting("keys.rsa_bits", rsa_bits(), in_policy(&Policy::rsa_bits),
              "The size of RSA keys. A change is carried out like that of the algorithm."),
      setting("keys.rotation_period", duration(2 * kOneDay, 730 * kOneDay, 1s), in_policy(&Policy::key_rotation_period),
              "How long a key signs before the next one does."),
      setting("keys.publish_ahead", duration(kOneDay, 90 * kOneDay, 1s), in_policy(&Policy::key_publish_ahead),
              "How long a key is published before it signs. Not more than the rotation period."),
  };
}

}  // namespace dwarpal::app
