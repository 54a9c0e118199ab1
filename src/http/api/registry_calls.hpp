// The Central Registry: /cr/v2/entityInfo and /cr/entityInfo.
#pragma once

#include <optional>
#include <vector>

#include "base/random.hpp"
#include "core/entity/entities.hpp"
#include "core/registry/registry.hpp"
#include "http/api/callers.hpp"
#include "http/api/envelope.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// What the calls of the registry need. All of it outlives them.
struct RegistryParts {
  const Envelope& envelope;
  Callers callers;
  core::Entities& entities;
  core::Registry& registry;
  Log& log;
};

[[nodiscard]] std::vector<Route> registry_routes(const RegistryParts& parts);

/// The answer to a read of version 1, wherever below its base path: 410. None for what is none.
[[nodiscard]] std::optional<Response> retired_read(const Request& request);

}  // namespace dwarpal::http
