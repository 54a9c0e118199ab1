// What members may do in a sandbox alone: travel in time, and register members that do not exist.
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entities.hpp"
#include "core/entity/entity_secrets.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Thread-safe. Outside a sandbox everything is ErrorCode::Unauthorized, whoever asks. docs/sandbox.md has the rules.
class Sandbox {
 public:
  static constexpr std::chrono::days kLongestShift{3650};
  static constexpr std::int64_t kMostMockEntities = 20;  ///< of one user

  Sandbox(Store& store, EntitySecrets& secrets, const AuditTrail& audit, const DecisionClock& clock, Random& random,
          const Policy& policy);

  /// Sets how far the entity's own time is ahead, for all that concerns its secrets; zero ends it. By an operator or an
  /// entity admin of that entity, else Unauthorized "Invalid entity id". InvalidInput for a shift that is negative or
  /// longer than kLongestShift. Returns the entity's time.
  [[nodiscard]] Result<Instant> shift_clock(const EntityId& id, Duration shift, const CallContext& context);

  /// An active entity with a first secret, whose admin is the user who asks. Of the record only `id` is required; what
  /// there is of the rest must be right. Unauthorized for an operator; Conflict "Entity <id> already exists", and for
  /// who has kMostMockEntities that are not deregistered.
  [[nodiscard]] Result<Entity> register_mock(const EntityRegistration& registration, const CallContext& context);

 private:
  [[nodiscard]] Result<> require_sandbox() const;

  Store& store_;
  EntitySecrets& secrets_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  Random& random_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
