// What signing and verifying must agree on. For this folder only.
#pragma once

#include "crypto/openssl_handles.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::crypto {

/// For a context that signs or verifies a message: the padding, where there is one.
[[nodiscard]] bool set_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm);

/// For a context that signs or verifies a SHA-256 digest: the digest and the padding.
[[nodiscard]] bool set_digest_and_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm);

}  // namespace dwarpal::crypto
