// Which records of the registry a member may see. docs/registry.md has the same as a table.
#pragma once

#include "core/entity/entity.hpp"

namespace dwarpal::core {

enum class RegistryVisibility { Nobody, OwnOnly, Everybody };

/// Whose records of type `records` a member of type `reader` sees.
[[nodiscard]] constexpr RegistryVisibility visible_to(EntityType reader, EntityType records) {
  if (reader == records) return RegistryVisibility::OwnOnly;
  const bool asks_for_its_clients = reader == EntityType::FIP && records == EntityType::FIU;
  return asks_for_its_clients ? RegistryVisibility::Nobody : RegistryVisibility::Everybody;
}

}  // namespace dwarpal::core
