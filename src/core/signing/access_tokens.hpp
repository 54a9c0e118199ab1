// Bearer tokens that come back to us: verified, and held against the state of today.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity_view.hpp"
#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"
#include "core/signing/revoked_tokens.hpp"
#include "core/signing/verified_token.hpp"
#include "core/signing/verified_tokens.hpp"
#include "core/store.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// A token that is honoured now, and the user or entity behind it.
struct HonouredToken {
  std::shared_ptr<const VerifiedToken> token;
  Actor actor;
};

/// Thread-safe. Whatever is wrong with a token is ErrorCode::Unauthorized "Invalid or expired access token".
class AccessTokens {
 public:
  AccessTokens(Store& store, EntityView& entities, const RevokedTokens& revoked, const KeyRing& key_ring,
               const DecisionClock& clock, const Policy& policy)
      : store_(store), entities_(entities), revoked_(revoked), key_ring_(key_ring), clock_(clock), policy_(policy) {}

  /// By our own keys, issuer and clock, and not revoked.
  [[nodiscard]] Result<std::shared_ptr<const VerifiedToken>> verify(std::string_view token) const;
  /// The user behind a user token: Active, with this credential version, not cut off by "not before". May block.
  [[nodiscard]] Result<Actor> user(std::string_view token) const;
  /// A token of either kind; the entity behind an entity token is Active and not cut off by "not before". May block.
  [[nodiscard]] Result<HonouredToken> of_anybody(std::string_view token) const;
  /// An entity token that is honoured as far as memory can tell, without blocking. None: ask `of_anybody`.
  [[nodiscard]] std::optional<HonouredToken> of_entity_from_memory(std::string_view token) const;
  /// Whom a token of ours names, also one that is honoured no more, as the audit trail names them; empty if nobody who
  /// is known. May block.
  [[nodiscard]] std::string named_by(std::string_view token) const;

 private:
  [[nodiscard]] Result<Actor> user_behind(const VerifiedToken& token) const;
  [[nodiscard]] Result<Actor> entity_behind(const VerifiedToken& token) const;

  Store& store_;
  EntityView& entities_;
  const RevokedTokens& revoked_;
  const KeyRing& key_ring_;
  const DecisionClock& clock_;
  const Policy& policy_;
  mutable VerifiedTokens remembered_;
};

}  // namespace dwarpal::core
