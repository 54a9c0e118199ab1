// Points in time as they are given to commands.
#pragma once

#include <optional>
#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"

namespace dwarpal::cli {

inline constexpr const char* kTimeArgument = "2026-01-31, 2026-01-31T18:30:00Z, or how long ago (36h)";

/// What the text means at `now`; none for an empty one. ErrorCode::InvalidSetting naming the flag.
[[nodiscard]] Result<std::optional<Instant>> read_time(const char* flag, const std::string& text, Instant now);

}  // namespace dwarpal::cli
