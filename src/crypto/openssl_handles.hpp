// Ownership of what OpenSSL hands out, and the one way to turn its failures into an Error. For this folder only.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/result.hpp"

// As OpenSSL declares them.
using ECDSA_SIG = struct ECDSA_SIG_st;            // NOLINT(readability-identifier-naming)
using X509_EXTENSION = struct X509_extension_st;  // NOLINT(readability-identifier-naming)

namespace dwarpal::crypto {

/// Frees; whatever may hold private material is zeroed first.
struct FreeOpenssl {
  void operator()(BIGNUM* number) const noexcept;
  void operator()(ECDSA_SIG* signature) const noexcept;
  void operator()(EVP_CIPHER* cipher) const noexcept;
  void operator()(EVP_CIPHER_CTX* context) const noexcept;
  void operator()(EVP_MAC* algorithm) const noexcept;
  void operator()(EVP_MAC_CTX* context) const noexcept;
  void operator()(EVP_MD* digest) const noexcept;
  void operator()(EVP_MD_CTX* context) const noexcept;
  void operator()(EVP_PKEY* key) const noexcept;
  void operator()(EVP_PKEY_CTX* context) const noexcept;
  void operator()(OSSL_PARAM* parameters) const noexcept;
  void operator()(OSSL_PARAM_BLD* builder) const noexcept;
  void operator()(PKCS8_PRIV_KEY_INFO* info) const noexcept;
  void operator()(X509* certificate) const noexcept;
  void operator()(X509_EXTENSION* extension) const noexcept;
};

template <typename T>
using OpensslHandle = std::unique_ptr<T, FreeOpenssl>;

/// An Error with OpenSSL's reason as the detail; its reasons are fixed texts, free of values.
/// Empties OpenSSL's queue of errors.
[[nodiscard]] std::unexpected<Error> openssl_failure(ErrorCode code, std::string message);

/// For a failure that is an answer and not an Error, as a signature that does not verify: empties the queue.
void discard_openssl_errors() noexcept;

/// For calls that fail only when memory or OpenSSL itself is broken: aborts unless `succeeded`.
void require(bool succeeded) noexcept;

}  // namespace dwarpal::crypto
