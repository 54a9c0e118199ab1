// How the audit trail names an entity. For this folder only.
#pragma once

#include <string>

#include "base/identifiers.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_event.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

[[nodiscard]] AuditEvent entity_event(const EntityId& entity, std::string action, std::string reason = {});

/// Records, in a transaction of its own, that a call about an entity was refused. The entity is named if it exists:
/// an unknown id may be anything that was mistyped.
[[nodiscard]] Result<> audit_entity_refusal(Store& store, const AuditTrail& audit, const EntityId& entity,
                                            std::string action, std::string reason, const CallContext& context);

}  // namespace dwarpal::core
