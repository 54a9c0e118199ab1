#include "base/instant.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <string_view>

namespace dwarpal {

namespace {

std::string iso8601(Instant instant, std::string_view zone) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  std::array<char, 40> text{};  // a year has six characters at most
  char* const end = fmt::format_to(text.data(), FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{}"),
                                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                                   time.seconds().count(), time.subseconds().count(), zone);
  return {text.data(), end};
}

}  // namespace

std::string iso8601_without_zone(Instant instant) { return iso8601(instant, ""); }

std::string iso8601(Instant instant) { return iso8601(instant, "Z"); }

}  // namespace dwarpal
