#include "crypto/openssl_handles.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <cstdlib>

namespace dwarpal::crypto {

void FreeOpenssl::operator()(BIGNUM* number) const noexcept { BN_clear_free(number); }
void FreeOpenssl::operator()(ECDSA_SIG* signature) const noexcept { ECDSA_SIG_free(signature); }
void FreeOpenssl::operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
void FreeOpenssl::operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
void FreeOpenssl::operator()(EVP_MAC* algorithm) const noexcept { EVP_MAC_free(algorithm); }
void FreeOpenssl::operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
void FreeOpenssl::operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
void FreeOpenssl::operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
void FreeOpenssl::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
void FreeOpenssl::operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
void FreeOpenssl::operator()(OSSL_PARAM* parameters) const noexcept { OSSL_PARAM_free(parameters); }
void FreeOpenssl::operator()(OSSL_PARAM_BLD* builder) const noexcept { OSSL_PARAM_BLD_free(builder); }
void FreeOpenssl::operator()(PKCS8_PRIV_KEY_INFO* info) const noexcept { PKCS8_PRIV_KEY_INFO_free(info); }
void FreeOpenssl::operator()(X509* certificate) const noexcept { X509_free(certificate); }
void FreeOpenssl::operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }

std::unexpected<Error> openssl_failure(ErrorCode code, std::string message) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return fail(code, std::move(message), reason != nullptr ? reason : "");
}

void discard_openssl_errors() noexcept { ERR_clear_error(); }

void require(bool succeeded) noexcept {
  if (!succeeded) [[unlikely]]
    std::abort();
}

}  // namespace dwarpal::crypto
