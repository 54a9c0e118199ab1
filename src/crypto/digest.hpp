// SHA-256, HMAC-SHA-256, and the comparison that goes with them.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::crypto {

using Sha256 = std::array<std::byte, 32>;

/// FIPS 180-4.
[[nodiscard]] Sha256 sha256(std::string_view bytes);

/// Whether both are equal, in a time that depends on their lengths only.
[[nodiscard]] bool constant_time_equal(std::span<const std::byte> left, std::span<const std::byte> right);
[[nodiscard]] bool constant_time_equal(std::string_view left, std::string_view right);

/// A key for HMAC-SHA-256 (RFC 2104), already absorbed, so that a short message costs two blocks. Movable, not
/// copyable; mac() is thread-safe. Zeroed when it ends.
class HmacKey {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  /// InvalidInput unless the key has 32 bytes.
  static Result<HmacKey> create(const Secret& key);

  HmacKey(HmacKey&&) noexcept;
  HmacKey& operator=(HmacKey&&) noexcept;
  ~HmacKey();

  [[nodiscard]] Sha256 mac(std::span<const std::byte> message) const;
  [[nodiscard]] Sha256 mac(std::string_view message) const;

 private:
  struct Keyed;
  explicit HmacKey(std::unique_ptr<Keyed> keyed);

  std::unique_ptr<Keyed> keyed_;
};

}  // namespace dwarpal::crypto
