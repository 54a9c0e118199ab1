// From a mailed link to a password, and how a password is changed later.
#pragma once

#include <vector>

#include "base/log.hpp"
#include "core/user/activation.hpp"
#include "http/api/json_call.hpp"

namespace dwarpal::http {

/// All references outlive the calls.
[[nodiscard]] std::vector<JsonCall> activation_calls(core::Activation& activation, Log& log);

}  // namespace dwarpal::http
