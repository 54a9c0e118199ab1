#include "crypto/digest.hpp"

#include <openssl/evp.h>
#include <sodium/utils.h>

#include "crypto/octets.hpp"
#include "crypto/openssl_handles.hpp"

namespace dwarpal::crypto {

// OpenSSL's SHA-256 uses the processor's instructions for it, and is several times as fast as libsodium's.
Sha256 sha256(std::string_view bytes) {
  static const OpensslHandle<EVP_MD> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  thread_local const OpensslHandle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  Sha256 digest;
  require(EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1 &&
          EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
          EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return digest;
}

bool constant_time_equal(std::span<const std::byte> left, std::span<const std::byte> right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool constant_time_equal(std::string_view left, std::string_view right) {
  return constant_time_equal(std::as_bytes(std::span(left)), std::as_bytes(std::span(right)));
}

Result<HmacKey> HmacKey::create(const Secret& key) {
  if (key.size() != kKeyBytes) return fail(ErrorCode::InvalidInput, "An HMAC key has 32 bytes");
  return HmacKey(key);
}

// libsodium's state is plain memory: copying it is what makes mac() thread-safe without a lock or an allocation.
HmacKey::HmacKey(const Secret& key) : keyed_() {
  crypto_auth_hmacsha256_init(&keyed_, octets(key.expose()), key.size());
}

HmacKey::~HmacKey() { sodium_memzero(&keyed_, sizeof keyed_); }

Sha256 HmacKey::mac(std::span<const std::byte> message) const {
  crypto_auth_hmacsha256_state state = keyed_;
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(message.data()), message.size());
  Sha256 mac;
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  sodium_memzero(&state, sizeof state);
  return mac;
}

Sha256 HmacKey::mac(std::string_view message) const { return mac(std::as_bytes(std::span(message))); }

}  // namespace dwarpal::crypto
