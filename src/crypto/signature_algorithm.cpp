#include "crypto/signature_algorithm.hpp"

#include <utility>

namespace dwarpal::crypto {

std::string_view to_string(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RS256: return "RS256";
    case SignatureAlgorithm::PS256: return "PS256";
    case SignatureAlgorithm::ES256: return "ES256";
    case SignatureAlgorithm::EdDSA: return "EdDSA";
  }
  std::unreachable();
}

Result<SignatureAlgorithm> parse_signature_algorithm(std::string_view name) {
  for (const auto algorithm :
       {SignatureAlgorithm::RS256, SignatureAlgorithm::PS256, SignatureAlgorithm::ES256, SignatureAlgorithm::EdDSA}) {
    if (name == to_string(algorithm)) return algorithm;
  }
  return fail(ErrorCode::InvalidInput, "The signature algorithm is none of RS256, PS256, ES256 and EdDSA");
}

KeyType key_type_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RS256:
    case SignatureAlgorithm::PS256: return KeyType::Rsa;
    case SignatureAlgorithm::ES256: return KeyType::EcP256;
    case SignatureAlgorithm::EdDSA: return KeyType::Ed25519;
  }
  std::unreachable();
}

}  // namespace dwarpal::crypto
