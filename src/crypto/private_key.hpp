// What signs.
#pragma once

#include <string_view>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/openssl_handles.hpp"
#include "crypto/public_key.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::crypto {

/// A key pair and the one algorithm that it signs with. Move-only; immutable, so that threads may share one
/// behind a shared_ptr, each with its own Signer.
class PrivateKey {
 public:
  /// RSA takes tens to hundreds of milliseconds. InvalidInput unless `rsa_bits` is 2048, 3072 or 4096; the other
  /// types ignore it.
  static Result<PrivateKey> generate(SignatureAlgorithm algorithm, unsigned rsa_bits = 2048);
  /// DER of RFC 5208. InvalidInput if it is none, or if its key does not fit the algorithm.
  static Result<PrivateKey> from_pkcs8(SignatureAlgorithm algorithm, const Secret& der);

  [[nodiscard]] Secret to_pkcs8() const;
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  /// The JSON text of a private JWK (RFC 7518 §6) with `alg`, `use` and, as `kid`, the thumbprint: for members of a
  /// sandbox, whose keys are no secret of ours.
  [[nodiscard]] Secret private_jwk() const;
  [[nodiscard]] SignatureAlgorithm algorithm() const { return algorithm_; }

 private:
  friend class Signer;
  friend Result<std::string> self_signed_certificate(const PrivateKey& key, std::string_view common_name,
                                                     Instant not_before, Instant not_after, Random& random);
  friend bool is_certificate_of(std::string_view der, const PrivateKey& key);
  PrivateKey(SignatureAlgorithm algorithm, OpensslHandle<EVP_PKEY> key)
      : algorithm_(algorithm), key_(std::move(key)), public_key_(public_part()) {}
  [[nodiscard]] PublicKey public_part() const;

  SignatureAlgorithm algorithm_;
  OpensslHandle<EVP_PKEY> key_;
  PublicKey public_key_;
};

}  // namespace dwarpal::crypto
