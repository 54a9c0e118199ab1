// Onboarding of members, and what an operator may do with them afterwards.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/policy.hpp"
#include "core/registry/registry_record.hpp"
#include "core/store.hpp"
#include "core/user/accounts.hpp"

namespace dwarpal::core {

struct EntityRegistration {
  EntityType type = EntityType::AA;
  boost::json::object entity_info;
  boost::json::object envelope;            ///< the whole request, of which ver, timestamp, txnid, requester are kept
  std::optional<NewUser> designated_user;  ///< becomes entity admin in the same transaction
  std::string created_by;                  ///< as sent; recorded
};

/// Thread-safe. Every change needs the operator role (ErrorCode::Unauthorized otherwise); who may look is for the
/// caller to decide.
class Entities {
 public:
  Entities(Store& store, Accounts& accounts, const AuditTrail& audit, const DecisionClock& clock, Random& random,
           const Policy& policy);

  /// ErrorCode::AlreadyExists "Client already exists", InvalidInput naming the field.
  [[nodiscard]] Result<Entity> register_entity(const EntityRegistration& registration, const CallContext& context);
  /// No token, no read, no reset; the entity's tokens are dead at once and stay dead. NotFound; Conflict when
  /// it is suspended already or deregistered.
  [[nodiscard]] Result<Entity> suspend(const EntityId& id, const std::string& reason, const CallContext& context);
  /// Back to the state before.
  [[nodiscard]] Result<Entity> resume(const EntityId& id, const CallContext& context);
  /// Final.
  [[nodiscard]] Result<Entity> deregister(const EntityId& id, const std::string& reason, const CallContext& context);

  [[nodiscard]] Result<Entity> show(const EntityId& id);
  [[nodiscard]] Result<std::vector<Entity>> list(const EntityId& after, std::size_t limit);

 private:
  using Change = std::function<Result<>(Transaction&, Entity&, Instant now)>;

  [[nodiscard]] Result<Entity> change(std::string_view action, const EntityId& id, const std::string& reason,
                                      const CallContext& context, const Change& make_change);

  Store& store_;
  Accounts& accounts_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  Random& random_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
