#include "crypto/base64url.hpp"

#include <openssl/evp.h>
#include <sodium/utils.h>

#include <algorithm>

#include "crypto/octets.hpp"
#include "crypto/openssl_handles.hpp"

namespace dwarpal::crypto {

namespace {

constexpr std::size_t kMostEncodedBytes = std::size_t{1} << 30;  // OpenSSL counts in int

Result<std::string> decode(std::string_view text, int variant, const char* refusal) {
  // libsodium 1.0.18 takes some bytes from 0x80 on, which are negative as char, for letters.
  if (std::ranges::any_of(octets(text), octets(text) + text.size(), [](unsigned char byte) { return byte >= 0x80; }))
    return fail(ErrorCode::InvalidInput, refusal);
  std::string bytes(text.size() / 4 * 3 + 2, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(octets(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr, variant) != 0) {
    wipe(bytes);
    return fail(ErrorCode::InvalidInput, refusal);
  }
  bytes.resize(size);
  return bytes;
}

// OpenSSL's encoder is four times as fast as libsodium's; its decoder is lenient.
void append_base64(std::string& text, std::string_view bytes) {
  require(bytes.size() < kMostEncodedBytes);
  const auto begin = text.size();
  const auto end = begin + (bytes.size() + 2) / 3 * 4;
  text.resize_and_overwrite(end + 1, [&](char* out, std::size_t) {
    // It writes a zero behind the text.
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out) + begin, octets(bytes), static_cast<int>(bytes.size()));
    return end;
  });
}

// Both letters are rare, and find() is faster than a look at each letter: ASCII has them only for '>', '?' and '~'.
void replace_from(std::string& text, std::size_t begin, char from, char to) {
  for (auto at = text.find(from, begin); at != std::string::npos; at = text.find(from, at + 1)) text[at] = to;
}

}  // namespace

std::string base64url_encode(std::span<const std::byte> bytes) {
  return base64url_encode(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string base64url_encode(std::string_view bytes) {
  std::string text;
  append_base64url(text, bytes);
  return text;
}

void append_base64url(std::string& text, std::string_view bytes) {
  const auto begin = text.size();
  append_base64(text, bytes);
  text.resize(begin + base64url_size(bytes.size()));  // without padding
  replace_from(text, begin, '+', '-');
  replace_from(text, begin, '/', '_');
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

Result<std::string> base64url_decode(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, "The text is not base64url");
}

Result<std::string> base64_decode(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL, "The text is not base64");
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
