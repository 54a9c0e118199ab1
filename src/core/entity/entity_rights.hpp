// Who may do what with a member.
#pragma once

#include "base/identifiers.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_event.hpp"
#include "core/entity/entity.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

enum class Askers { Admins, AdminsAndOperators };

/// The entity whose secrets the caller asks for, which then is the subject of the event. Whoever has no right, and an
/// unknown, a suspended (but for operators) or a deregistered entity: ErrorCode::Unauthorized "Invalid entity id".
[[nodiscard]] Result<Entity> entity_for(Transaction& transaction, const EntityId& id, Askers askers, const Actor& actor,
                                        AuditEvent& event);

/// Whether an entity admin asks, and the entity's status admits it: while it is suspended, a member changes nothing
/// itself.
[[nodiscard]] Result<bool> is_admin_in_service(Transaction& transaction, const Actor& actor, const Entity& entity);

/// The same, or an operator asks and the entity is not deregistered.
[[nodiscard]] Result<bool> may_change(Transaction& transaction, const Actor& actor, const Entity& entity);

}  // namespace dwarpal::core
