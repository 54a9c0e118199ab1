// Signing, prepared once and then repeated.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/openssl_handles.hpp"
#include "crypto/private_key.hpp"

namespace dwarpal::crypto {

/// A private key made ready for one thread: not thread-safe. Keeps the key alive.
class Signer {
 public:
  static Result<Signer> create(std::shared_ptr<const PrivateKey> key);

  /// The signature in the form that JOSE wants (RFC 7518 §3): for ES256 the 64 bytes r ‖ s.
  [[nodiscard]] Result<std::string> sign(std::string_view signing_input);
  [[nodiscard]] SignatureAlgorithm algorithm() const { return key_->algorithm(); }

 private:
  explicit Signer(std::shared_ptr<const PrivateKey> key) : key_(std::move(key)) {}
  [[nodiscard]] Result<std::string> sign_digest(std::string_view signing_input);
  [[nodiscard]] Result<std::string> sign_message(std::string_view signing_input);

  std::shared_ptr<const PrivateKey> key_;
  OpensslHandle<EVP_PKEY_CTX> digest_signer_;      // RSA and ECDSA, which sign a digest
  OpensslHandle<EVP_MD_CTX> message_signer_;       // Ed25519, which signs the message itself …
  OpensslHandle<EVP_MD_CTX> message_signer_copy_;  // … and spends its context, so a copy is spent
};

}  // namespace dwarpal::crypto
