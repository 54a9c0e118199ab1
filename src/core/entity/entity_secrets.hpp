// Reset, read, look at and revoke an entity's secrets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/token_events.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/entity/entity_secret.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

enum class OldSecrets { KeepTheirGrace, End };

struct SecretReset {
  EntityId entity;
  std::optional<std::int64_t> expiry_days;  ///< ≥ 1; over the maximum: the maximum, and the message says so
  OldSecrets old_secrets = OldSecrets::KeepTheirGrace;
};

/// ErrorCode::InvalidInput, naming the field.
[[nodiscard]] Result<> check(const SecretReset& request);

struct ReadableSecret {
  std::int64_t number = 0;  ///< counts the entity's secrets from 1
  Secret secret;
  std::optional<Instant> expires_at;  ///< real time; none for a secret without an expiry
  std::string message;                ///< empty: nothing to say
};

/// One line of `status`; instants are real time.
struct SecretStatus {
  bool current = false;
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> grace_ends_at;
  std::optional<Instant> last_used_at;
};

/// Thread-safe. Who may: an entity admin of the entity; operators too where said. Others, an unknown,
/// a suspended (but for an operator) or a deregistered entity: ErrorCode::Unauthorized "Invalid entity id".
class EntitySecrets {
 public:
  static constexpr std::size_t kMaximumLive = 16;

  EntitySecrets(Store& store, const DataKeys& keys, const AuditTrail& audit, TokenEventSink& events,
                const DecisionClock& clock, Random& random, const Policy& policy);

  /// Makes a new secret the current one, and the older ones unreadable for good. The first makes the entity Active.
  /// docs/lifecycle.md tells its validity and the message.
  [[nodiscard]] Result<ReadableSecret> reset(const SecretReset& request, const CallContext& context);
  /// The newest secret, whatever its standing. ErrorCode::NotFound when there never was one.
  [[nodiscard]] Result<ReadableSecret> read(const EntityId& id, const CallContext& context);
  /// The live ones, newest first, and the current one also when expired; operators too.
  [[nodiscard]] Result<std::vector<SecretStatus>> status(const EntityId& id, const CallContext& context);
  /// Ends the replaced ones that still work; operators too. Returns how many.
  [[nodiscard]] Result<std::int64_t> revoke_replaced(const EntityId& id, const CallContext& context);

  /// Reset without a check of rights, inside a transaction of the caller: for the furnished sandbox.
  [[nodiscard]] Result<ReadableSecret> reset_in(Transaction& transaction, Entity entity, const SecretReset& request,
                                                const CallContext& context, Instant now);
  /// `status` without a check of rights.
  [[nodiscard]] Result<std::vector<SecretStatus>> status_in(Transaction& transaction, const Entity& entity) const;
  /// The newest secret without a check of rights; none if there never was one. For the furnished sandbox.
  [[nodiscard]] Result<std::optional<ReadableSecret>> newest_in(Transaction& transaction, const Entity& entity) const;

 private:
  Store& store_;
  const DataKeys& keys_;
  const AuditTrail& audit_;
  TokenEventSink& events_;
  const DecisionClock& clock_;
  Random& random_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
