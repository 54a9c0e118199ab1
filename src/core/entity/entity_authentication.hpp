// Whether a caller is the entity that it says it is: the check before a token, an introspection, a revocation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/identifiers.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
#include "core/audit/token_events.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity_view.hpp"
#include "core/policy.hpp"
#include "core/user/guess_limits.hpp"

namespace dwarpal::core {

struct EntityCredentials {
  std::string id;
  Secret secret;
  /// Where what was sent can be read in two ways, the other one.
  std::optional<Secret> or_secret = std::nullopt;
};

/// An Active entity that proved who it is; made by EntityAuthentication only.
class AuthenticatedEntity {
 public:
  struct UsedSecret {
    std::int64_t number = 0;
    SecretStanding standing;
  };

  [[nodiscard]] const Entity& entity() const { return snapshot_->entity; }
  [[nodiscard]] const UsedSecret& secret() const { return secret_; }
  /// The "now" by which it was decided.
  [[nodiscard]] Instant at() const { return at_; }

 private:
  friend class EntityAuthentication;
  AuthenticatedEntity(std::shared_ptr<const EntitySnapshot> snapshot, UsedSecret secret, Instant at)
      : snapshot_(std::move(snapshot)), secret_(secret), at_(at) {}

  std::shared_ptr<const EntitySnapshot> snapshot_;
  UsedSecret secret_;
  Instant at_;
};

/// Thread-safe. Failures are counted by client address, whatever they were meant for; they never keep a secret from
/// working that works.
class EntityAuthentication {
 public:
  EntityAuthentication(EntityView& entities, const DataKeys& keys, TokenEventSink& events, const DecisionClock& clock,
                       const Policy& policy);

  /// From memory alone, without blocking. None when memory does not suffice to say yes: then `by_secret`.
  [[nodiscard]] std::optional<AuthenticatedEntity> by_secret_from_memory(const EntityCredentials& credentials) const;
  /// With a fresh look at the store before any refusal. ErrorCode::Unauthorized for an unknown id, a wrong or ended
  /// secret, an entity that is not active: one message, the same work; recorded as `refused_action`. TooManyRequests
  /// instead where too many of these came from one address. May block.
  [[nodiscard]] Result<AuthenticatedEntity> by_secret(const EntityCredentials& credentials,
                                                      std::string_view refused_action, const CallContext& context);

 private:
  // A null snapshot is an entity that does not exist.
  [[nodiscard]] std::optional<AuthenticatedEntity::UsedSecret> match(const EntitySnapshot* snapshot,
                                                                     const EntityCredentials& credentials,
                                                                     Instant now) const;
  [[nodiscard]] std::unexpected<Error> refuse(const EntitySnapshot* snapshot, std::string_view reason,
                                              std::string_view refused_action, Instant now, const CallContext& context);

  EntityView& entities_;
  const DataKeys& keys_;
  TokenEventSink& events_;
  const DecisionClock& clock_;
  const Policy& policy_;
  GuessLimits refusals_by_address_;
};

}  // namespace dwarpal::core
