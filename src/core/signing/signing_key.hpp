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
/// Removed; Withdrawn from any: no longer published, its tokens are refused.
enum class SigningKeyState { Pending, Active, Retired, Removed, Withdrawn };

[[nodiscard]] std::string_view to_string(SigningKeyState state);
[[nodiscard]] std::optional<SigningKeyState> parse_signing_key_state(std::string_view text);

struct SigningKey {
  KeyId id;
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::RS256;
  SigningKeyState state = SigningKeyState::Pending;
  Sealed private_key;       ///< PKCS#8; row "signing-key:<kid>"
  std::string certificate;  ///< self-signed, DER
  Instant created_at;
  std::optional<Instant> activated_at;
  std::optional<Instant> retired_at;
};

/// Port.
class SigningKeyStore {
 public:
  virtual ~SigningKeyStore() = default;
  /// Oldest first, of every state.
  virtual Result<std::vector<SigningKey>> list() = 0;
  virtual Result<> insert(const SigningKey& key) = 0;
  /// Writes state, activated_at, retired_at.
  virtual Result<> update(const SigningKey& key) = 0;
};

}  // namespace dwarpal::core
