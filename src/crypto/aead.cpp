#include "crypto/aead.hpp"

#include <openssl/evp.h>

#include <span>
#include <utility>

#include "crypto/octets.hpp"
#include "crypto/openssl_handles.hpp"

namespace dwarpal::crypto {

namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kMaxBytes = std::size_t{1} << 30;  // OpenSSL counts in int

const EVP_CIPHER* aes_256_gcm() {
  static const OpensslHandle<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  return cipher.get();
}

std::unexpected<Error> cannot_open() { return openssl_failure(ErrorCode::Internal, "A sealed value cannot be opened"); }

}  // namespace

Result<AeadKey> AeadKey::create(Secret key) {
  if (key.size() != kKeyBytes) return fail(ErrorCode::InvalidInput, "An encryption key has 32 bytes");
  return AeadKey(std::move(key));
}

AeadKey::AeadKey(Secret key) : key_(std::move(key)) {}

std::string AeadKey::seal(std::string_view plaintext, std::string_view associated_data, Random& random) const {
  require(plaintext.size() < kMaxBytes && associated_data.size() < kMaxBytes);
  std::string sealed(kNonceBytes + plaintext.size() + kTagBytes, '\0');
  unsigned char* const nonce = octets(sealed);
  unsigned char* const ciphertext = nonce + kNonceBytes;
  random.fill(std::as_writable_bytes(std::span(sealed)).first(kNonceBytes));

  const OpensslHandle<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  int written = 0;
  require(EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), octets(key_.expose()), nonce, nullptr) == 1 &&
          EVP_EncryptUpdate(context.get(), nullptr, &written, octets(associated_data),
                            static_cast<int>(associated_data.size())) == 1 &&
          EVP_EncryptUpdate(context.get(), ciphertext, &written, octets(plaintext),
                            static_cast<int>(plaintext.size())) == 1 &&
          EVP_EncryptFinal_ex(context.get(), ciphertext + plaintext.size(), &written) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, ciphertext + plaintext.size()) == 1);
  return sealed;
}

Result<Secret> AeadKey::open(std::string_view sealed, std::string_view associated_data) const {
  if (sealed.size() < kNonceBytes + kTagBytes || sealed.size() >= kMaxBytes || associated_data.size() >= kMaxBytes)
    return cannot_open();
  const auto nonce = sealed.substr(0, kNonceBytes);
  const auto ciphertext = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plaintext(ciphertext.size(), '\0');

  const OpensslHandle<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  int written = 0;
  require(EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), octets(key_.expose()), octets(nonce), nullptr) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1 &&
          EVP_DecryptUpdate(context.get(), nullptr, &written, octets(associated_data),
                            static_cast<int>(associated_data.size())) == 1 &&
          EVP_DecryptUpdate(context.get(), octets(plaintext), &written, octets(ciphertext),
                            static_cast<int>(ciphertext.size())) == 1);
  const bool genuine = EVP_DecryptFinal_ex(context.get(), octets(plaintext) + plaintext.size(), &written) == 1;
  Secret opened(std::move(plaintext));  // also what must not be used is zeroed
  if (!genuine) return cannot_open();
  return opened;
}

}  // namespace dwarpal::crypto
