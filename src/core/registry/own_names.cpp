#include "core/registry/own_names.hpp"

namespace dwarpal::core {

Result<> require_own_names(Transaction& transaction, const RegistryRecord& record, const EntityUuid& entity) {
  auto& registry = transaction.registry();
  if (!record.entity_handle.empty() && TRY(registry.handle_taken(record.entity_handle, entity))) {
    return fail(ErrorCode::InvalidInput, "entityhandle is taken by another entity");
  }
  for (const auto& kid : record.certificate_ids) {
    if (TRY(registry.certificate_id_taken(kid, entity))) {
      return fail(ErrorCode::InvalidInput, "certificate has a kid that another entity's has");
    }
  }
  return {};
}

}  // namespace dwarpal::core
