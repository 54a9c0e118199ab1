// Encryption of what lies in the store.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::crypto {

/// A key for AES-256-GCM (NIST SP 800-38D). Thread-safe. The associated data is not in the ciphertext, but it
/// must be the same to open it: put the row's identity there. With random nonces a key may seal 2^32 texts.
class AeadKey {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  /// InvalidInput unless the key has 32 bytes.
  static Result<AeadKey> create(Secret key);

  /// Nonce (12 bytes, drawn from `random`) ‖ ciphertext ‖ tag (16 bytes). For texts below 1 GiB.
  [[nodiscard]] std::string seal(std::string_view plaintext, std::string_view associated_data, Random& random) const;
  /// Internal if it was not sealed with this key and this associated data.
  [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view associated_data) const;

 private:
  explicit AeadKey(Secret key);

  Secret key_;
};

}  // namespace dwarpal::crypto
