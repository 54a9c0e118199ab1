// The signature algorithms of JOSE that exist here; there is no "none" and none with a shared key.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace dwarpal::crypto {

enum class SignatureAlgorithm {
  RS256,  ///< RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3)
  PS256,  ///< RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 7518 §3.5)
  ES256,  ///< ECDSA with P-256 and SHA-256 (RFC 7518 §3.4)
  EdDSA,  ///< Ed25519 (RFC 8037)
};

enum class KeyType { Rsa, EcP256, Ed25519 };

/// The `alg` of a JWS header.
[[nodiscard]] std::string_view to_string(SignatureAlgorithm algorithm);
/// Case-sensitive. InvalidInput for any other text.
[[nodiscard]] Result<SignatureAlgorithm> parse_signature_algorithm(std::string_view name);
/// The only type of key that the algorithm works with.
[[nodiscard]] KeyType key_type_of(SignatureAlgorithm algorithm);

}  // namespace dwarpal::crypto
