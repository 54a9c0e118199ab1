// Bytes as text: base64url without padding, base64 with it (RFC 4648), and hexadecimal.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::crypto {

[[nodiscard]] std::string base64url_encode(std::span<const std::byte> bytes);
[[nodiscard]] std::string base64url_encode(std::string_view bytes);
void append_base64url(std::string& text, std::string_view bytes);
/// Characters of so many bytes.
[[nodiscard]] constexpr std::size_t base64url_size(std::size_t bytes) { return (bytes * 4 + 2) / 3; }

/// RFC 4648 §4 with padding, as `x5c` wants it (RFC 7517 §4.7).
[[nodiscard]] std::string base64_encode(std::string_view bytes);

/// Takes exactly what base64url_encode() writes: no padding, no white space, no stray trailing bits, so that
/// no two texts mean the same bytes. InvalidInput otherwise.
[[nodiscard]] Result<std::string> base64url_decode(std::string_view text);
/// As strictly, exactly what base64_encode() writes.
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);

/// In lower case.
[[nodiscard]] std::string hex(std::span<const std::byte> bytes);

/// base64url of that many random bytes: 32 make a secret of 43 characters.
[[nodiscard]] Secret random_text(Random& random, std::size_t bytes);

}  // namespace dwarpal::crypto
