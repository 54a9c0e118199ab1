// Bearer tokens that come back to us: verified, and held against the state of today.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"
#include "core/store.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// The claims of a token whose signature, issuer, type and times were verified; made by AccessTokens only.
class VerifiedToken {
 public:
  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] const std::string& authorized_party() const { return authorized_party_; }
  [[nodiscard]] const TokenId& id() const { return id_; }
  [[nodiscard]] Instant issued_at() const { return issued_at_; }
  [[nodiscard]] Instant expires_at() const { return expires_at_; }
  [[nodiscard]] std::int64_t credential_version() const { return credential_version_; }

 private:
  friend class AccessTokens;
  VerifiedToken() = default;
  std::string subject_;
  std::string authorized_party_;
  TokenId id_;
  Instant issued_at_;
  Instant expires_at_;
  std::int64_t credential_version_ = 0;
};

/// Thread-safe. Whatever is wrong with a token is ErrorCode::Unauthorized "Invalid or expired access token".
class AccessTokens {
 public:
  AccessTokens(Store& store, const KeyRing& key_ring, const DecisionClock& clock, const Policy& policy)
      : store_(store), key_ring_(key_ring), clock_(clock), policy_(policy) {}

  /// Signature by a published key with that key's algorithm, no `crit`, `jku`, `jwk`, `x5u`; our `iss`; not
  /// expired; `typ` Bearer (RFC 8725, docs/tokens.md).
  [[nodiscard]] Result<VerifiedToken> verify(std::string_view token) const;
  /// The user behind a user token: Active, with this credential version, not cut off by "not before".
  [[nodiscard]] Result<Actor> user(std::string_view token) const;
  /// The entity behind an entity token: Active, not cut off by "not before".
  [[nodiscard]] Result<Actor> entity(std::string_view token) const;

 private:
  Store& store_;
  const KeyRing& key_ring_;
  const DecisionClock& clock_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
