// What may wrap other keys: a key of our own, or one that never leaves a token.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::crypto {

/// AES-256-GCM over a short secret, as AeadKey has it.
class WrappingKey {
 public:
  virtual ~WrappingKey() = default;
  /// Nonce (12 bytes, drawn from `random`) ‖ ciphertext ‖ tag (16 bytes).
  [[nodiscard]] virtual Result<std::string> wrap(const Secret& secret, std::string_view associated_data,
                                                 Random& random) const = 0;
  /// An error if it was not wrapped with this key and this associated data.
  [[nodiscard]] virtual Result<Secret> unwrap(std::string_view wrapped, std::string_view associated_data) const = 0;
};

}  // namespace dwarpal::crypto
