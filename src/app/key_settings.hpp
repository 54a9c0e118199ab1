// The part of the table of settings that is about keys: `keys.*`.
#pragma once

#include <vector>

#include "app/setting_table.hpp"

namespace dwarpal::app {

[[nodiscard]] std::vector<Setting> key_settings();

}  // namespace dwarpal::app
