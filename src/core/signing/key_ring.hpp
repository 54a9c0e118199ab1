// The network's keys in use: one signs, all published ones verify.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/identifiers.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/data_keys.hpp"
#include "core/policy.hpp"
#include "core/signing/signing_key.hpp"
#include "core/signing/verified_token.hpp"
#include "core/store.hpp"
#include "crypto/private_key.hpp"

namespace dwarpal::core {

/// A key in the JWKS.
struct PublishedKey {
  VerificationKey key;
  std::string certificate;  ///< DER
};

/// A JWT, and the key that signed it.
struct SignedJwt {
  std::string token;
  KeyId key;
};

/// Thread-safe. Callers choose neither the algorithm nor the key.
class KeyRing {
 public:
  /// Loads the store's keys; a store without any gets an active one, of RS256 unless the policy wants another.
  static Result<std::unique_ptr<KeyRing>> open(Store& store, const DataKeys& data_keys, const AuditTrail& audit,
                                               Random& random, const Clock& clock, const Policy& policy);

  /// Reads the keys anew after the store changed.
  [[nodiscard]] Result<> reload();

  /// A JWT (RFC 7519) in compact form, signed by the active key. `payload` is JSON in the ASCII of `ascii_json`.
  [[nodiscard]] Result<SignedJwt> sign_jwt(std::string_view payload) const;

  /// The active key's id.
  [[nodiscard]] KeyId active() const;
  /// All published keys, RSA keys first.
  [[nodiscard]] std::shared_ptr<const std::vector<PublishedKey>> published() const;
  /// The same as a verifier wants them.
  [[nodiscard]] std::shared_ptr<const std::vector<VerificationKey>> verification_keys() const;

 private:
  struct Keys;  // an immutable snapshot

  KeyRing(Store& store, const DataKeys& data_keys) : store_(store), data_keys_(data_keys) {}
  [[nodiscard]] std::shared_ptr<const Keys> keys() const;

  Store& store_;
  const DataKeys& data_keys_;
  mutable std::mutex mutex_;  // guards the pointer alone
  std::shared_ptr<const Keys> keys_;
};

}  // namespace dwarpal::core
