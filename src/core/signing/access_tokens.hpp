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
#include "core/signing/verified_token.hpp"
#include "core/store.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// Thread-safe. Whatever is wrong with a token is ErrorCode::Unauthorized "Invalid or expired access token".
class AccessTokens {
 public:
  AccessTokens(Store& store, const KeyRing& key_ring, const DecisionClock& clock, const Policy& policy)
      : store_(store), key_ring_(key_ring), clock_(clock), policy_(policy) {}

  /// By our own keys, issuer and clock.
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
