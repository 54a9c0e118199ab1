#include "core/entity/entities.hpp"

#include <algorithm>
#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/new_entity.hpp"
#include "core/operator_right.hpp"
#include "core/registry/record_uniqueness.hpp"
#include "core/user/link.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

namespace {

Result<RegistryRecord> check_registration(const EntityRegistration& registration, const boost::json::object& envelope,
                                          const Policy& policy) {
  auto record = TRY(validate_record(registration.type, registration.entity_info, envelope, policy));
  if (registration.designated_user) TRY(check_names(*registration.designated_user, Names::Required, "user."));
  return record;
}

Result<Entity> existing(Transaction& transaction, const EntityId& id) {
  auto entity = TRY(transaction.entities().find(id));
  if (!entity) return fail(ErrorCode::NotFound, "Entity not found");
  return *std::move(entity);
}

/// What was written, and what was sent along for the record only.
boost::json::object registration_details(const EntityRegistration& registration, const Entity& entity,
                                         const RegistryRecord& record) {
  boost::json::object details{{"type", to_string(entity.type)}, {"createdBy", entity.created_by}};
  if (const auto* status = registration.envelope.if_contains("status"); status && status->is_string()) {
    details["status"] = *status;
  }
  if (registration.designated_user) details["designatedUser"] = registration.designated_user->email.text();
  details["record"] = record.record;
  return details;
}

Result<bool> is_admin_elsewhere(Transaction& transaction, const UserUuid& admin, const EntityUuid& entity) {
  for (const auto& other : TRY(transaction.users().entities_of(admin))) {
    const auto found = TRY(transaction.entities().find(other));
    if (other != entity && found && found->status != EntityStatus::Deregistered) return true;
  }
  return false;
}

/// Ends the links of those who are admins of nothing else that lives.
Result<> end_links_of_admins(Transaction& transaction, const EntityUuid& entity, Instant now) {
  for (const auto& admin : TRY(transaction.users().admins_of(entity))) {
    if (TRY(is_admin_elsewhere(transaction, admin.uuid, entity))) continue;
    TRY(transaction.links().end_open(admin.uuid, std::nullopt, now));
  }
  return {};
}

}  // namespace

Entities::Entities(Store& store, Accounts& accounts, const AuditTrail& audit, const DecisionClock& clock,
                   Random& random, const Policy& policy)
    : store_(store), accounts_(accounts), audit_(audit), clock_(clock), random_(random), policy_(policy) {}

Result<Entity> Entities::register_entity(const EntityRegistration& registration, const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto envelope = complete_envelope(registration.envelope, now, context.txn_id);
  const auto checked = check_registration(registration, envelope, policy_);
  return audited_write(
      store_, audit_, "entity.register", context, [&](Transaction& transaction, AuditEvent& event) -> Result<Entity> {
        // Fields come before rights; that they were wrong is audited, whoever sent them.
        const auto record = TRY(checked);
        TRY(require_operator(context.actor));
        auto created_by = registration.created_by.empty() ? context.actor.name : registration.created_by;
        auto entity = new_entity(record, std::move(created_by), now, random_);
        if (TRY(transaction.entities().exists_ignoring_case(record.id))) {
          return fail(ErrorCode::AlreadyExists, "Client already exists");
        }
        TRY(require_unique_record(transaction, record, entity.uuid));
        TRY(transaction.entities().insert(entity));
        TRY(transaction.registry().put(entity.uuid, record));
        if (registration.designated_user) {
          TRY(accounts_.designate(transaction, *registration.designated_user, entity, context, now));
        }
        event.subject = subject_of(entity);
        event.details = registration_details(registration, entity, record);
        return entity;
      });
}

Result<Entity> Entities::suspend(const EntityId& id, const std::string& reason, const CallContext& context) {
  return change("entity.suspend", id, reason, context, [](Transaction&, Entity& entity, Instant now) -> Result<> {
    if (entity.status == EntityStatus::Suspended) return fail(ErrorCode::Conflict, "Entity is suspended already");
    entity.status_before_suspension = std::exchange(entity.status, EntityStatus::Suspended);
    entity.cut_off_tokens(now);
    return {};
  });
}

Result<Entity> Entities::resume(const EntityId& id, const CallContext& context) {
  return change("entity.resume", id, {}, context, [](Transaction&, Entity& entity, Instant) -> Result<> {
    if (entity.status != EntityStatus::Suspended) return fail(ErrorCode::Conflict, "Entity is not suspended");
    entity.status = entity.status_before_suspension.value_or(EntityStatus::Registered);
    entity.status_before_suspension.reset();
    return {};
  });
}

Result<Entity> Entities::deregister(const EntityId& id, const std::string& reason, const CallContext& context) {
  return change("entity.deregister", id, reason, context,
                [](Transaction& transaction, Entity& entity, Instant now) -> Result<> {
                  entity.status = EntityStatus::Deregistered;
                  return end_links_of_admins(transaction, entity.uuid, now);
                });
}

Result<Entity> Entities::show(const EntityId& id) {
  return store_.read([&](Transaction& transaction) { return existing(transaction, id); });
}

Result<std::vector<Entity>> Entities::list(const EntityId& after, std::size_t limit) {
  return store_.read([&](Transaction& transaction) { return transaction.entities().list(after, limit); });
}

Result<Entity> Entities::change(std::string_view action, const EntityId& id, const std::string& reason,
                                const CallContext& context, const Change& make_change) {
  return audited_write(store_, audit_, action, context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<Entity> {
                         auto entity = existing(transaction, id);
                         if (entity) event.subject = subject_of(*entity);
                         TRY(require_operator(context.actor));
                         if (!entity) return entity;
                         if (entity->status == EntityStatus::Deregistered) {
                           return fail(ErrorCode::Conflict, "Entity is deregistered");
                         }
                         TRY(make_change(transaction, *entity, TRY(clock_.now())));
                         TRY(transaction.entities().update(*entity));
                         event.reason = reason;
                         return entity;
                       });
}

}  // namespace dwarpal::core
