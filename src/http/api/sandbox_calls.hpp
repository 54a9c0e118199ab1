// What a sandbox takes beyond a network's calls.
#pragma once

#include <vector>

#include "core/policy.hpp"
#include "core/sandbox/sandbox.hpp"
#include "http/api/json_call.hpp"

namespace dwarpal::http {

/// None outside a sandbox, where these paths do not exist. All references outlive the calls.
[[nodiscard]] std::vector<JsonCall> sandbox_calls(core::Sandbox& sandbox, const core::Policy& policy);

}  // namespace dwarpal::http
