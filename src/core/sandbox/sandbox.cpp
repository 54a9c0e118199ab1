#include "core/sandbox/sandbox.hpp"

#include <fmt/format.h>

#include "base/iso8601_duration.hpp"
#include "core/audit/audited_write.hpp"
#include "core/entity/entity_rights.hpp"
#include "core/entity/new_entity.hpp"
#include "core/operator_right.hpp"
#include "core/registry/record_uniqueness.hpp"
#include "core/sandbox/sandbox_store.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

Sandbox::Sandbox(Store& store, EntitySecrets& secrets, const AuditTrail& audit, const DecisionClock& clock,
                 Random& random, const Policy& policy)
    : store_(store), secrets_(secrets), audit_(audit), clock_(clock), random_(random), policy_(policy) {}

Result<> Sandbox::require_sandbox() const {
  if (policy_.profile == Profile::Sandbox) return {};
  return fail(ErrorCode::Unauthorized, "This can be done in a sandbox only");
}

Result<Instant> Sandbox::shift_clock(const EntityId& id, Duration shift, const CallContext& context) {
  if (shift < Duration::zero() || shift > kLongestShift) {
    return fail(ErrorCode::InvalidInput, fmt::format("shift must be at most P{}D", kLongestShift.count()));
  }
  return audited_write(store_, audit_, "entity.shift-clock", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<Instant> {
                         TRY(require_sandbox());
                         auto entity = TRY(transaction.entities().find(id));
                         if (entity) event.subject = subject_of(*entity);
                         if (!entity || !TRY(may_change(transaction, context.actor, *entity))) {
                           return fail(ErrorCode::Unauthorized, "Invalid entity id");
                         }
                         event.details = {{"shift", iso8601_duration(shift)},
                                          {"before", iso8601_duration(entity->clock_shift)}};
                         entity->clock_shift = shift;
                         TRY(transaction.entities().update(*entity));
                         return entity->own_time(TRY(clock_.now()));
                       });
}

Result<Entity> Sandbox::register_mock(const EntityRegistration& registration, const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto envelope = complete_envelope(registration.envelope, now, context.txn_id);
  return audited_write(
      store_, audit_, "entity.register-mock", context,
      [&](Transaction& transaction, AuditEvent& event) -> Result<Entity> {
        TRY(require_sandbox());
        const auto record = TRY(mock_record(registration.type, registration.entity_info, envelope, policy_));
        const auto& user = context.actor.user;
        if (context.actor.kind != Actor::Kind::User || context.actor.operator_role) {
          return no_access();
        }
        if (TRY(transaction.entities().exists_ignoring_case(record.id))) {
          return fail(ErrorCode::Conflict, fmt::format("Entity {} already exists", record.id.text()));
        }
        if (TRY(transaction.sandbox().count_mock_entities(user)) >= kMostMockEntities) {
          return fail(ErrorCode::Conflict, fmt::format("A user can have at most {} mock entities", kMostMockEntities));
        }
        const auto entity = new_entity(record, context.actor.name, now, random_);
        TRY(require_unique_record(transaction, record, entity.uuid));
        TRY(transaction.entities().insert(entity));
        TRY(transaction.registry().put(entity.uuid, record));
        TRY(transaction.sandbox().add_mock_entity(user, entity.uuid));
        TRY(transaction.users().add_admin(user, entity.uuid, now));
        event.subject = subject_of(entity);
        event.details = {{"type", to_string(entity.type)}, {"record", record.record}};
        const SecretReset first{.entity = entity.id, .expiry_days = std::nullopt};
        TRY(secrets_.reset_in(transaction, entity, first, context, now));  // makes it active
        return TRY(transaction.entities().find(entity.id)).value();
      });
}

}  // namespace dwarpal::core
