// Encryption of what lies in the store.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/wrapping_key.hpp"

namespace dwarpal::crypto {

/// A key for AES-256-GCM (NIST SP 800-38D). Thread-safe. The associated data is not in the ciphertext, but it
/// must be the same to open it: put the row's identity there. With random nonces a key may seal 2^32 texts.
class AeadKey final : public WrappingKey {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  /// InvalidInput unless the key has 32 bytes.
  static Result<AeadKey> create(Secret key);

  /// Nonce (12 bytes, drawn from `random`) ‖ ciphertext ‖ tag (16 bytes). For texts below 1 GiB.
  [[nodiscard]] std::string seal(std::string_view plaintext, std::string_view associated_data, Random& random) const;
  /// Internal if it was not sealed with this key and this associated data.
  [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view associated_data) const;

  [[nodiscard]] Result<std::string> wrap(const Secret& secret, std::string_view associated_data,
                                         Random& random) const override {
    return seal(secret.expose(), associated_data, random);
  }
  [[nodiscard]] Result<Secret> unwrap(std::string_view wrapped, std::string_view associated_data) const override {
    return open(wrapped, associated_data);
  }

 private:
  explicit AeadKey(Secret key);

  Secret key_;
};

}  // namespace dwarpal::crypto
