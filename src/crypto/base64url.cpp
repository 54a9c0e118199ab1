#include "crypto/base64url.hpp"

#include <sodium/utils.h>

#include <algorithm>

#include "crypto/octets.hpp"

namespace dwarpal::crypto {

namespace {

std::unexpected<Error> not_base64url() { return fail(ErrorCode::InvalidInput, "The text is not base64url"); }

std::string encode(std::span<const std::byte> bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    variant);
  text.pop_back();  // the terminating zero
  return text;
}

}  // namespace

std::string base64url_encode(std::span<const std::byte> bytes) {
  return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string base64url_encode(std::string_view bytes) { return base64url_encode(std::as_bytes(std::span(bytes))); }

std::string base64_encode(std::string_view bytes) {
  return encode(std::as_bytes(std::span(bytes)), sodium_base64_VARIANT_ORIGINAL);
}

Result<std::string> base64url_decode(std::string_view text) {
  // libsodium 1.0.18 takes some bytes from 0x80 on, which are negative as char, for letters.
  if (std::ranges::any_of(octets(text), octets(text) + text.size(), [](unsigned char byte) { return byte >= 0x80; }))
    return not_base64url();
  std::string bytes(text.size() / 4 * 3 + 2, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(octets(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    wipe(bytes);
    return not_base64url();
  }
  bytes.resize(size);
  return bytes;
}

std::string hex(std::span<const std::byte> bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  text.pop_back();  // the terminating zero
  return text;
}

Secret random_text(Random& random, std::size_t bytes) {
  std::string drawn(bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(drawn)));
  Secret text(base64url_encode(drawn));
  wipe(drawn);
  return text;
}

}  // namespace dwarpal::crypto
