#include "core/entity/entity_events.hpp"

#include <utility>

#include "core/entity/entity.hpp"

namespace dwarpal::core {

AuditEvent entity_event(const EntityId& entity, std::string action, std::string reason) {
  return {.action = std::move(action), .subject = "entity:" + entity.text(), .reason = std::move(reason)};
}

Result<> audit_entity_refusal(Store& store, const AuditTrail& audit, const EntityId& entity, std::string action,
                              std::string reason, const CallContext& context) {
  auto event = entity_event(entity, std::move(action), std::move(reason));
  const auto found = TRY(store.read([&](Transaction& transaction) { return transaction.entities().find(entity); }));
  if (!found) event.subject.clear();
  return audit_refusal(store, audit, std::move(event), context);
}

}  // namespace dwarpal::core
