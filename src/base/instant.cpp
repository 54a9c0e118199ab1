#include "base/instant.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

namespace dwarpal {

std::string iso8601_without_zone(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string iso8601(Instant instant) { return iso8601_without_zone(instant) + 'Z'; }

}  // namespace dwarpal
