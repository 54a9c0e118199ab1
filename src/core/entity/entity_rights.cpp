#include "core/entity/entity_rights.hpp"

#include "core/user/user.hpp"

namespace dwarpal::core {

namespace {

Result<bool> is_its_admin(Transaction& transaction, const Actor& actor, const Entity& entity) {
  if (actor.kind != Actor::Kind::User) return false;
  return transaction.users().is_admin(actor.user, entity.uuid);
}

}  // namespace

Result<Entity> entity_for(Transaction& transaction, const EntityId& id, Askers askers, const Actor& actor,
                          AuditEvent& event) {
  const auto no_right = [] { return fail(ErrorCode::Unauthorized, "Invalid entity id"); };
  auto entity = TRY(transaction.entities().find(id));
  if (!entity) return no_right();
  event.subject = subject_of(*entity);
  const bool is_operator = askers == Askers::AdminsAndOperators && actor.operator_role;
  if (!is_operator && !TRY(is_its_admin(transaction, actor, *entity))) return no_right();
  // Revoking is what an operator may have suspended it for.
  const bool is_under_care = is_operator && entity->status == EntityStatus::Suspended;
  if (!entity->is_in_service() && !is_under_care) {
    event.details["status"] = to_string(entity->status);
    return no_right();
  }
  return *std::move(entity);
}

Result<bool> is_admin_in_service(Transaction& transaction, const Actor& actor, const Entity& entity) {
  if (!entity.is_in_service()) return false;
  return is_its_admin(transaction, actor, entity);
}

Result<bool> may_change(Transaction& transaction, const Actor& actor, const Entity& entity) {
  if (actor.operator_role) return entity.status != EntityStatus::Deregistered;
  return is_admin_in_service(transaction, actor, entity);
}

}  // namespace dwarpal::core
