#include "core/signing/new_signing_key.hpp"

#include "crypto/certificate.hpp"

namespace dwarpal::core {

namespace {

// Longer than any key is published; verifiers that look at it want one that has not expired.
constexpr std::chrono::days kCertificateLifetime{3650};

/// Whose id can stand on a command line: one that begins with `-` would be taken for an option.
Result<crypto::PrivateKey> generate_key(const SigningKeyKind& kind) {
  for (;;) {
    auto key = kind.rsa_bits == 0 ? crypto::PrivateKey::generate(kind.algorithm)
                                  : crypto::PrivateKey::generate(kind.algorithm, kind.rsa_bits);
    if (!key || !key->public_key().thumbprint().starts_with('-')) return key;
  }
}

std::string row_of(const KeyId& id) { return "signing-key:" + id.text(); }

}  // namespace

Result<SigningKey> make_signing_key(const SigningKeyKind& kind, const DataKeys& data_keys, Random& random,
                                    Instant now) {
  const auto key = TRY(generate_key(kind));
  SigningKey made{.id = KeyId(key.public_key().thumbprint()),
                  .kind = kind,
                  .private_key = {},
                  .certificate = TRY(crypto::self_signed_certificate(key, "Dwarpal token signing", now,
                                                                     now + kCertificateLifetime, random)),
                  .published_at = now,
                  .signs_from = now};
  made.private_key = data_keys.seal(key.to_pkcs8().expose(), row_of(made.id), random);
  return made;
}

Result<crypto::PrivateKey> open_private_key(const SigningKey& key, const DataKeys& data_keys) {
  const auto der = TRY(data_keys.open_sealed(key.private_key, row_of(key.id)));
  return crypto::PrivateKey::from_pkcs8(key.kind.algorithm, der);
}

}  // namespace dwarpal::core
