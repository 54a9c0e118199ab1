// What verifies a signature.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/openssl_handles.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::crypto {

/// An RSA, P-256 or Ed25519 public key. Copies share one immutable key; thread-safe.
class PublicKey {
 public:
  /// Reads `kty` and the members of the key (RFC 7518 §6, RFC 8037 §2) and ignores others, `alg` and `kid` too.
  /// RSA moduli have 2048 to 8192 bits. InvalidInput, naming the member, for a key that is malformed, weak or
  /// private.
  static Result<PublicKey> from_jwk(const boost::json::object& jwk);

  /// `kty` and the members of the key, in the order of RFC 7638 §3.
  [[nodiscard]] boost::json::object to_jwk() const;
  /// RFC 7638 with SHA-256, in base64url.
  [[nodiscard]] std::string thumbprint() const;
  [[nodiscard]] KeyType type() const { return type_; }
  /// Of the RSA modulus, or of the curve: 256 for P-256, 253 for Ed25519.
  [[nodiscard]] unsigned bits() const;

  /// Whether `signature` is one over `signing_input` by this key; false, too, if the algorithm does not fit the
  /// key. The caller names the algorithm that it expects, never the one that a header asks for.
  [[nodiscard]] bool verify(SignatureAlgorithm algorithm, std::string_view signing_input,
                            std::string_view signature) const;

 private:
  friend class PrivateKey;
  PublicKey(KeyType type, OpensslHandle<EVP_PKEY> key) : type_(type), key_(std::move(key)) {}

  KeyType type_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace dwarpal::crypto
