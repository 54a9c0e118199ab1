#pragma once

#include "base/identifiers.hpp"
#include "http/api/json_fields.hpp"

namespace dwarpal::http {

/// The `entityId` of a call. Without one: InvalidInput, in the words of docs/api.md.
[[nodiscard]] Result<EntityId> decode_entity_id(const JsonFields& fields);

}  // namespace dwarpal::http
