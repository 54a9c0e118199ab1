// Email and password against a user token.
#pragma once

#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/token_events.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity_tokens.hpp"
#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"
#include "core/store.hpp"
#include "core/user/guess_limits.hpp"
#include "core/user/user.hpp"
#include "crypto/password_hash.hpp"

namespace dwarpal::core {

/// Thread-safe. Heavy (Argon2id).
class UserTokens {
 public:
  UserTokens(Store& store, const AuditTrail& audit, TokenEventSink& events, KeyRing& key_ring,
             const DecisionClock& clock, Random& random, const crypto::PasswordHasher& hasher, const Policy& policy);

  /// `username` is what came as the email. ErrorCode::Unauthorized for an unknown user, a wrong or expired
  /// password, a user who is not active: one message, the same work. TooManyRequests by the limits on guessing.
  [[nodiscard]] Result<IssuedToken> sign_in(const std::string& username, const Secret& password,
                                            const CallContext& context);

 private:
  Store& store_;
  const AuditTrail& audit_;
  TokenEventSink& events_;
  KeyRing& key_ring_;
  const DecisionClock& clock_;
  Random& random_;
  const crypto::PasswordHasher& hasher_;
  const Policy& policy_;
  GuessLimits by_name_and_address_;
  GuessLimits by_name_;
};

}  // namespace dwarpal::core
