// The network's signing keys, as they lie in the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::core {

/// Pending (published, not signing) → Active → Retired (published until its last token expired) →
/// Removed; Withdrawn from any of the first three: no longer published, its tokens are refused.
enum class SigningKeyState { Pending, Active, Retired, Removed, Withdrawn };

[[nodiscard]] std::string_view to_string(SigningKeyState state);
[[nodiscard]] std::optional<SigningKeyState> parse_signing_key_state(std::string_view text);
/// Whether a key in this state is in the JWKS.
[[nodiscard]] bool is_published(SigningKeyState state);

/// What a key is made for.
struct SigningKeyKind {
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::RS256;
  unsigned rsa_bits = 0;  ///< 0 for a key that is no RSA key
  friend bool operator==(const SigningKeyKind&, const SigningKeyKind&) = default;
};

struct SigningKey {
  KeyId id;
  SigningKeyKind kind;
  SigningKeyState state = SigningKeyState::Pending;
  Sealed private_key;       ///< PKCS#8; row "signing-key:<kid>"; empty once Removed or Withdrawn
  std::string certificate;  ///< self-signed, DER
  Instant published_at;
  Instant signs_from;                                     ///< of a Pending one as planned, and so announced
  std::optional<Instant> signed_until = std::nullopt;     ///< when it stopped to sign
  Duration token_lifetime{};                              ///< no token that it signs lasts longer
  std::optional<Instant> published_until = std::nullopt;  ///< of a Retired one as planned
};

/// Port.
class SigningKeyStore {
 public:
  virtual ~SigningKeyStore() = default;
  /// Oldest first, of every state.
  virtual Result<std::vector<SigningKey>> list() = 0;
  virtual Result<> insert(const SigningKey& key) = 0;
  /// Writes everything but id, kind, certificate and published_at.
  virtual Result<> update(const SigningKey& key) = 0;
};

}  // namespace dwarpal::core
