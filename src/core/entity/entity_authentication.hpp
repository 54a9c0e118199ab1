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
#include "core/entity/client_assertion.hpp"
#include "core/entity/entity_view.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"
#include "core/user/guess_limits.hpp"

namespace dwarpal::core {

struct EntityCredentials {
  std::string id;
  Secret secret;
  /// Where what was sent can be read in two ways, the other one.
  std::optional<Secret> or_secret = std::nullopt;
};

/// Where an entity authenticates by its registered key.
struct AssertionCredentials {
  std::string client_id;  ///< as it came beside the assertion; empty: it did not
  std::string assertion;
};

/// An Active entity that proved who it is; made by EntityAuthentication only.
class AuthenticatedEntity {
 public:
  struct UsedSecret {
    std::int64_t number = 0;
    SecretStanding standing;
  };

  [[nodiscard]] const Entity& entity() const { return snapshot_->entity; }
  /// None: it authenticated by its key.
  [[nodiscard]] const std::optional<UsedSecret>& secret() const { return secret_; }
  /// The "now" by which it was decided.
  [[nodiscard]] Instant at() const { return at_; }

 private:
  friend class EntityAuthentication;
  AuthenticatedEntity(std::shared_ptr<const EntitySnapshot> snapshot, std::optional<UsedSecret> secret, Instant at)
      : snapshot_(std::move(snapshot)), secret_(secret), at_(at) {}

  std::shared_ptr<const EntitySnapshot> snapshot_;
  std::optional<UsedSecret> secret_;
  Instant at_;
};

/// The action of a refused call for a token; those are in the statistics, too.
inline constexpr std::string_view kEntityTokenRefused = "entity-token.refuse";

/// Thread-safe. Failures are counted by client address, whatever they were meant for; they never keep a secret from
/// working that works.
class EntityAuthentication {
 public:
  EntityAuthentication(Store& store, EntityView& entities, const DataKeys& keys, TokenEventSink& events,
                       const DecisionClock& clock, const Policy& policy);

  /// From memory alone, without blocking. None when memory does not suffice to say yes: then `by_secret`.
  [[nodiscard]] std::optional<AuthenticatedEntity> by_secret_from_memory(const EntityCredentials& credentials) const;
  /// With a fresh look at the store before any refusal. ErrorCode::Unauthorized for an unknown id, a wrong or ended
  /// secret, an entity that is not active: one message, the same work; recorded as `refused_action`. TooManyRequests
  /// instead where too many of these came from one address. May block.
  [[nodiscard]] Result<AuthenticatedEntity> by_secret(const EntityCredentials& credentials,
                                                      std::string_view refused_action, const CallContext& context);

  /// By a JWT that a key of the entity's record signed (ClientAssertion); it is used up thereby.
  /// ErrorCode::Unauthorized, which names what is wrong with an assertion, but tells nothing of the entity; else as
  /// by_secret(). May block.
  [[nodiscard]] Result<AuthenticatedEntity> by_assertion(const AssertionCredentials& credentials,
                                                         std::string_view refused_action, const CallContext& context);

  /// Forgets the used assertions that have expired since. To be called now and then.
  [[nodiscard]] Result<> forget_ended_assertions();

 private:
  static constexpr std::string_view kRefusal = "Invalid entity id/secret or secret is expired";

  // A null snapshot is an entity that does not exist.
  [[nodiscard]] std::optional<AuthenticatedEntity::UsedSecret> match(const EntitySnapshot* snapshot,
                                                                     const EntityCredentials& credentials,
                                                                     Instant now) const;
  /// Whether a key of the entity's record, if that is complete, that has the assertion's `kid` signed it.
  [[nodiscard]] Result<bool> is_signed_by(const Entity& entity, const ClientAssertion& assertion);
  [[nodiscard]] std::unexpected<Error> refuse(const EntitySnapshot* snapshot, std::string_view reason,
                                              std::string_view refused_action, Instant now, const CallContext& context,
                                              std::string_view message = kRefusal);

  Store& store_;
  EntityView& entities_;
  const DataKeys& keys_;
  TokenEventSink& events_;
  const DecisionClock& clock_;
  const Policy& policy_;
  GuessLimits refusals_by_address_;
};

}  // namespace dwarpal::core
