// POST /entity/secret/reset, read, status, revoke.
#pragma once

#include <vector>

#include "core/entity/entity_secrets.hpp"
#include "core/policy.hpp"
#include "http/api/json_call.hpp"

namespace dwarpal::http {

/// All references outlive the calls.
[[nodiscard]] std::vector<JsonCall> secret_calls(core::EntitySecrets& secrets, const core::Policy& policy);

}  // namespace dwarpal::http
