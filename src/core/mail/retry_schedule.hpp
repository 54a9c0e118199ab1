// When a mail that was not delivered is tried again.
#pragma once

#include <optional>

#include "base/instant.hpp"

namespace dwarpal::core {

/// How long to wait after the attempt of that number (from 1) before the next one. None after the last:
/// thirteen attempts within 48 hours, closer together at first, when a failure is most often a short one.
[[nodiscard]] std::optional<Duration> delay_after_attempt(int attempt);

}  // namespace dwarpal::core
