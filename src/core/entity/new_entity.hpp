// Members as they begin.
#pragma once

#include <string>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "core/entity/entity.hpp"
#include "core/registry/registry_record.hpp"

namespace dwarpal::core {

/// A Registered entity with the record's id, type and name, and a UUID of its own. It is not stored.
[[nodiscard]] Entity new_entity(const RegistryRecord& record, std::string created_by, Instant now, Random& random);

}  // namespace dwarpal::core
