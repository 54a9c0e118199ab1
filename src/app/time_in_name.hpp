// Names of files that tell when they were made.
#pragma once

#include <string>

#include "base/instant.hpp"

namespace dwarpal::app {

/// `20260131T183000123Z`: UTC; in the order of time when sorted.
[[nodiscard]] std::string time_in_name(Instant instant);

}  // namespace dwarpal::app
