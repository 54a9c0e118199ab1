#include "core/entity/new_entity.hpp"

#include <utility>

namespace dwarpal::core {

Entity new_entity(const RegistryRecord& record, std::string created_by, Instant now, Random& random) {
  return {.uuid = EntityUuid(make_uuid(random)),
          .id = record.id,
          .type = record.type,
          .name = record.name,
          .status = EntityStatus::Registered,
          .status_before_suspension = std::nullopt,
          .tokens_not_before = std::nullopt,
          .clock_shift = Duration::zero(),
          .created_at = now,
          .created_by = std::move(created_by)};
}

}  // namespace dwarpal::core
