// Points in time from outside.
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.hpp"

namespace dwarpal {

/// Takes what iso8601() writes, also without milliseconds, and a date alone, which is its first instant in UTC.
[[nodiscard]] std::optional<Instant> parse_iso8601(std::string_view text);

/// Takes what unix_milliseconds() gives, in digits: from 1970 on, before the year 10000.
[[nodiscard]] std::optional<Instant> parse_unix_milliseconds(std::string_view text);

}  // namespace dwarpal
