// Email and password against a user token.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
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
  UserTokens(Store& store, TokenEventSink& events, KeyRing& key_ring, const DecisionClock& clock, Random& random,
             const crypto::PasswordHasher& hasher, const Policy& policy);

  /// At most 9 failures in a row of one email from one address, and 99 from anywhere, cost no delay; where the user
  /// has signed in before, others' failures do not count. `username` is what came as the email. ErrorCode::Unauthorized
  /// for an unknown user, a wrong or expired password, a user who is not active: one message, the same work.
  /// TooManyRequests by the limits on guessing.
  [[nodiscard]] Result<IssuedToken> sign_in(const std::string& username, const Secret& password,
                                            const CallContext& context);

 private:
  struct AdminOf;
  struct Candidate;

  [[nodiscard]] Result<Candidate> look_up(const std::string& username, const CallContext& context);
  /// Read only once the password was right: how many there are must not tell in time that a user exists.
  [[nodiscard]] Result<std::vector<AdminOf>> entities_of(const User& user);
  /// Why the candidate gets no token; empty: they get one.
  [[nodiscard]] std::string_view why_not(const Candidate& candidate, const Secret& password, Instant now) const;
  /// `wait` is how long what follows is refused without a record each.
  [[nodiscard]] Result<> record_refusal(const Candidate& candidate, std::string_view reason,
                                        std::optional<std::chrono::seconds> wait, const CallContext& context,
                                        Instant now);
  /// Keeps the address for the limits, and the password under the parameters of today.
  [[nodiscard]] Result<> remember(const Candidate& candidate, const Secret& password, const CallContext& context,
                                  Instant now);
  [[nodiscard]] Result<IssuedToken> issue(const User& user, const CallContext& context, Instant now);
  [[nodiscard]] boost::json::object claims_of(const User& user, std::vector<AdminOf> entities, Duration lifetime,
                                              Instant now);
  /// Of as many as the token has room for, those first whose secret expires first.
  static void add_entities(boost::json::object& claims, std::vector<AdminOf> entities);

  Store& store_;
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
