#include "crypto/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium/utils.h>

#include <mutex>
#include <utility>

#include "crypto/octets.hpp"
#include "crypto/openssl_handles.hpp"

namespace dwarpal::crypto {

// OpenSSL's SHA-256 uses the processor's instructions for it, and is several times as fast as libsodium's; so is its
// HMAC.
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

// Used again and again, since a context costs more than a short message does; so one call at a time.
struct HmacKey::Keyed {
  std::mutex mutex;
  OpensslHandle<EVP_MAC_CTX> context;
};

Result<HmacKey> HmacKey::create(const Secret& key) {
  if (key.size() != kKeyBytes) return fail(ErrorCode::InvalidInput, "An HMAC key has 32 bytes");
  static const OpensslHandle<EVP_MAC> algorithm(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
  auto keyed = std::make_unique<Keyed>();
  keyed->context.reset(EVP_MAC_CTX_new(algorithm.get()));
  std::string digest = OSSL_DIGEST_NAME_SHA2_256;
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
                                 OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(keyed->context.get(), octets(key.expose()), key.size(), parameters.data()) == 1);
  return HmacKey(std::move(keyed));
}

HmacKey::HmacKey(std::unique_ptr<Keyed> keyed) : keyed_(std::move(keyed)) {}
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;
HmacKey::~HmacKey() = default;

Sha256 HmacKey::mac(std::span<const std::byte> message) const {
  Sha256 mac;
  std::size_t size = 0;
  const std::lock_guard lock(keyed_->mutex);
  auto* const context = keyed_->context.get();
  require(EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
          EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1 &&
          EVP_MAC_final(context, reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1);
  return mac;
}

Sha256 HmacKey::mac(std::string_view message) const { return mac(std::as_bytes(std::span(message))); }

}  // namespace dwarpal::crypto
