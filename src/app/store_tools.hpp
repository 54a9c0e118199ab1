// What is done to a whole store while no service runs on it.
#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"

namespace dwarpal::app {

/// Brings an older store up to this program. ErrorCode::InUse while a service runs on it.
[[nodiscard]] Result<> migrate_store(const Settings& settings);

}  // namespace dwarpal::app
