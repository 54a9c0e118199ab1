#include "crypto/signer.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <utility>

#include "crypto/digest.hpp"
#include "crypto/octets.hpp"
#include "crypto/signature_options.hpp"

namespace dwarpal::crypto {

namespace {

constexpr int kHalfSignatureBytes = 32;
constexpr std::size_t kEd25519SignatureBytes = 64;

std::unexpected<Error> cannot_sign() { return openssl_failure(ErrorCode::Internal, "A signature could not be made"); }

/// RFC 7518 §3.4: r ‖ s, each in 32 bytes, where DER leaves leading zeros away.
Result<std::string> fixed_size(std::string_view der) {
  const unsigned char* at = octets(der);
  const OpensslHandle<ECDSA_SIG> pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (pair == nullptr) return cannot_sign();
  std::string signature(2 * kHalfSignatureBytes, '\0');
  if (BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), octets(signature), kHalfSignatureBytes) != kHalfSignatureBytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), octets(signature) + kHalfSignatureBytes, kHalfSignatureBytes) !=
          kHalfSignatureBytes)
    return cannot_sign();
  return signature;
}

}  // namespace

Result<Signer> Signer::create(std::shared_ptr<const PrivateKey> key) {
  Signer signer(std::move(key));
  EVP_PKEY* const pkey = signer.key_->key_.get();
  if (signer.algorithm() == SignatureAlgorithm::EdDSA) {
    signer.message_signer_.reset(EVP_MD_CTX_new());
    signer.message_signer_copy_.reset(EVP_MD_CTX_new());
    if (signer.message_signer_ == nullptr || signer.message_signer_copy_ == nullptr ||
        EVP_DigestSignInit_ex(signer.message_signer_.get(), nullptr, nullptr, nullptr, nullptr, pkey, nullptr) != 1)
      return cannot_sign();
  } else {
    signer.digest_signer_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
    if (signer.digest_signer_ == nullptr || EVP_PKEY_sign_init(signer.digest_signer_.get()) != 1 ||
        !set_digest_and_padding(signer.digest_signer_.get(), signer.algorithm()))
      return cannot_sign();
  }
  return signer;
}

Result<std::string> Signer::sign(std::string_view signing_input) {
  return digest_signer_ != nullptr ? sign_digest(signing_input) : sign_message(signing_input);
}

Result<std::string> Signer::sign_digest(std::string_view signing_input) {
  const auto digest = sha256(signing_input);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_->key_.get())), '\0');
  std::size_t size = signature.size();
  if (EVP_PKEY_sign(digest_signer_.get(), octets(signature), &size,
                    reinterpret_cast<const unsigned char*>(digest.data()), digest.size()) != 1)
    return cannot_sign();
  signature.resize(size);
  if (algorithm() == SignatureAlgorithm::ES256) return fixed_size(signature);
  return signature;
}

Result<std::string> Signer::sign_message(std::string_view signing_input) {
  std::string signature(kEd25519SignatureBytes, '\0');
  std::size_t size = signature.size();
  if (EVP_MD_CTX_copy_ex(message_signer_copy_.get(), message_signer_.get()) != 1 ||
      EVP_DigestSign(message_signer_copy_.get(), octets(signature), &size, octets(signing_input),
                     signing_input.size()) != 1)
    return cannot_sign();
  return signature;
}

}  // namespace dwarpal::crypto
