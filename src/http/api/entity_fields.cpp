#include "http/api/entity_fields.hpp"

namespace dwarpal::http {

Result<EntityId> decode_entity_id(const JsonFields& fields) {
  auto id = TRY(fields.text("entityId", "entityid"));
  if (id.empty()) return fail(ErrorCode::InvalidInput, "Entity Id is missing in the request");
  return EntityId(std::move(id));
}

}  // namespace dwarpal::http
