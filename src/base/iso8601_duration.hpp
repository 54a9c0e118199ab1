// Lengths of time as ISO 8601 writes them: `P10D`, `PT36H`, `P1W2DT3H4M5S`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace dwarpal {

/// Reads weeks, days, hours, minutes and seconds: whole numbers without a sign, in this order, at least one (ISO 8601-1
/// §5.5.2; weeks beside the others by ISO 8601-2). Years and months have no length of their own: none for them, as for
/// what is longer than an Instant can count.
[[nodiscard]] std::optional<Duration> parse_iso8601_duration(std::string_view text);

/// In days, hours, minutes and seconds, rounded down; `PT0S` for none. The duration is not negative.
[[nodiscard]] std::string iso8601_duration(Duration duration);

}  // namespace dwarpal
