// Points in time, as the wire and the store know them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace dwarpal {

/// UTC, to the millisecond.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// `2024-07-16T11:33:34.509Z`.
[[nodiscard]] std::string iso8601(Instant instant);
/// `2024-12-03T11:40:41.466`: UTC without a zone letter, as `expirationDate` is written.
[[nodiscard]] std::string iso8601_without_zone(Instant instant);

[[nodiscard]] inline std::int64_t unix_milliseconds(Instant instant) { return instant.time_since_epoch().count(); }
/// Rounded down, as `iat` and `exp` are.
[[nodiscard]] inline std::int64_t unix_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}
[[nodiscard]] inline Instant instant_from_milliseconds(std::int64_t milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

}  // namespace dwarpal
