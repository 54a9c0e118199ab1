#include "cli/time_argument.hpp"

#include "app/setting_kind.hpp"
#include "base/parse_instant.hpp"

namespace dwarpal::cli {

Result<std::optional<Instant>> read_time(const char* flag, const std::string& text, Instant now) {
  constexpr Duration kLongest = std::chrono::days(36'500);
  if (text.empty()) return std::nullopt;
  if (const auto instant = parse_iso8601(text)) return instant;
  if (const auto ago = app::duration(Duration(0), kLongest).accept(text)) return now - *ago;
  return fail(ErrorCode::InvalidSetting, std::string(flag) + " must be a time: " + kTimeArgument);
}

}  // namespace dwarpal::cli
