// "Not before": what ends the tokens that somebody has so far (docs/tokens.md).
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/instant.hpp"

namespace dwarpal::core {

/// When a token that is made now counts as issued: a new one must not be dead from the start.
[[nodiscard]] inline Instant issue_instant(Instant now, const std::optional<Instant>& not_before) {
  return std::max(now, not_before.value_or(Instant{}));
}

/// The first whole second after every `iat` (whole seconds, too) that was given until now. So a second cut within the
/// second of the first one also ends what was issued between them.
[[nodiscard]] inline Instant cut_off(Instant now, const std::optional<Instant>& not_before) {
  return std::chrono::floor<std::chrono::seconds>(issue_instant(now, not_before)) + std::chrono::seconds(1);
}

}  // namespace dwarpal::core
