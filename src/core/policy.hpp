// The network's rules as numbers: every setting that a decision of the core depends on.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::core {

using namespace std::chrono_literals;

/// `Uat` has production's rules; the store remembers which one it was made for.
enum class Profile { Sandbox, Uat, Production };

/// `sandbox`, `uat`, `production`, as settings and the store spell them.
[[nodiscard]] std::string_view to_string(Profile profile);
[[nodiscard]] std::optional<Profile> parse_profile(std::string_view text);

/// No token and no link lasts longer, whatever the settings are or were.
inline constexpr std::chrono::days kLongestLifetime{3650};

/// Whether an answer with a token waits until the token's record is on disk.
enum class TokenEventCommit { Batched, Durable };

/// The unit in which `expiresOn` is written; deployed clients parse milliseconds.
enum class TimestampUnit { Milliseconds, Seconds };

/// Immutable once the service runs. The defaults are the documented ones; docs/configuration.md tells
/// what each means.
struct Policy {
  Profile profile = Profile::Sandbox;
  std::string public_base_url;  ///< no slash at the end
  std::string realm = "sahamati";
  std::string network_name = "Dwarpal";  ///< stands in mails and in the password check
  std::vector<std::string> audience = {"account"};
  std::string entity_scope = "openid email profile";

  Duration user_token_lifetime = 180 * 24h;
  Duration operator_token_lifetime = 8h;
  Duration entity_token_lifetime = 24h;

  /// None: a network keeps the algorithm that it has, and begins with RS256.
  std::optional<crypto::SignatureAlgorithm> signing_algorithm;
  unsigned rsa_bits = 2048;  ///< of RSA keys that are made: 2048, 3072 or 4096
  Duration key_rotation_period = 90 * 24h;
  Duration key_publish_ahead = 14 * 24h;  ///< before it signs

  std::chrono::days secret_validity_default{180};
  std::chrono::days secret_validity_maximum{180};
  Duration grace_after_expiry = 5 * 24h;
  Duration grace_after_replacement = 5 * 24h;  ///< zero: a replaced secret stops at once
  bool user_token_limits_secret = true;
  TimestampUnit expires_on_unit = TimestampUnit::Milliseconds;

  Duration activation_link_lifetime = 72h;
  Duration password_link_lifetime = 1h;
  std::optional<Duration> password_lifetime;  ///< none: passwords do not expire
  std::size_t password_minimum_length = 15;

  std::int64_t password_failures = 9;            ///< of one email from one address that cost no delay
  std::int64_t password_failures_anywhere = 99;  ///< of one email from all addresses that cost no delay
  std::int64_t secret_failures = 99;             ///< of all entities from one address that are no 429 yet
  Duration mail_pause = 15min;                   ///< a link is not repeated while an unused one is younger
  std::int64_t mails_a_day = 5;                  ///< links that one user is sent

  bool entity_tokens_may_add_users = false;
  bool private_key_jwt = true;  ///< whether entities may authenticate by their registered key

  TokenEventCommit token_events = TokenEventCommit::Batched;
  Duration audit_retention = 180 * 24h;  ///< older records may be archived

  /// `<public base>/auth/realms/<realm>`, the `iss` of every token.
  [[nodiscard]] std::string issuer() const { return public_base_url + "/auth/realms/" + realm; }
  /// No token lasts longer.
  [[nodiscard]] Duration longest_token_lifetime() const {
    return std::max({user_token_lifetime, operator_token_lifetime, entity_token_lifetime});
  }
};

}  // namespace dwarpal::core
