#include "crypto/signature_options.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <utility>

namespace dwarpal::crypto {

bool set_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RS256: return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    case SignatureAlgorithm::PS256:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
    case SignatureAlgorithm::ES256:
    case SignatureAlgorithm::EdDSA: return true;
  }
  std::unreachable();
}

bool set_digest_and_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  return EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 && set_padding(context, algorithm);
}

}  // namespace dwarpal::crypto
