// Ending tokens before they expire.
#pragma once

#include <string>
#include <string_view>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/signing/access_tokens.hpp"
#include "core/signing/revoked_tokens.hpp"
#include "core/store.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// Thread-safe. What was revoked is refused at once by this process and within 2 s by every other on the store
/// (docs/tokens.md).
class Revocations {
 public:
  Revocations(Store& store, const AuditTrail& audit, const AccessTokens& tokens, RevokedTokens& revoked,
              const DecisionClock& clock)
      : store_(store), audit_(audit), tokens_(tokens), revoked_(revoked), clock_(clock) {}

  // By an operator, who may say why; others: ErrorCode::Unauthorized.

  /// One token, known or not. As nobody may know when it expires, it is remembered for as long as a token can last at
  /// most. InvalidInput unless the id is a UUID, as those of all our tokens are. Returns since when it is refused.
  [[nodiscard]] Result<Instant> revoke_token(const TokenId& id, const std::string& reason, const CallContext& context);
  /// All tokens that the entity has so far. NotFound; Conflict for a deregistered one, which has none.
  [[nodiscard]] Result<Entity> revoke_tokens_of(const EntityId& id, const std::string& reason,
                                                const CallContext& context);
  /// All tokens that the user has so far. NotFound.
  [[nodiscard]] Result<User> revoke_tokens_of(const Email& email, const std::string& reason,
                                              const CallContext& context);

  // By whoever holds the token (RFC 7009): for a token that is no good, or somebody else's, nothing happens.

  /// An entity's own token; the entity is the context's actor, and has proved who it is.
  [[nodiscard]] Result<> revoke_own(std::string_view token, const CallContext& context);
  /// The user token that is presented for this very call. ErrorCode::Unauthorized if that is none that is good.
  [[nodiscard]] Result<> revoke_presented(std::string_view token, std::string_view presented, CallContext context);

  /// Forgets the revoked tokens that have expired since. To be called now and then.
  [[nodiscard]] Result<> forget_expired();

 private:
  [[nodiscard]] Result<> revoke(const HonouredToken& honoured, const CallContext& context);

  Store& store_;
  const AuditTrail& audit_;
  const AccessTokens& tokens_;
  RevokedTokens& revoked_;
  const DecisionClock& clock_;
};

}  // namespace dwarpal::core
