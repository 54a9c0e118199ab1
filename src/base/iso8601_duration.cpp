#include "base/iso8601_duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace dwarpal {

namespace {

struct DesignatedUnit {
  char designator;
  std::chrono::seconds length;
};

constexpr std::array kDateUnits{DesignatedUnit{.designator = 'W', .length = std::chrono::weeks(1)},
                                DesignatedUnit{.designator = 'D', .length = std::chrono::days(1)}};
constexpr std::array kTimeUnits{DesignatedUnit{.designator = 'H', .length = std::chrono::hours(1)},
                                DesignatedUnit{.designator = 'M', .length = std::chrono::minutes(1)},
                                DesignatedUnit{.designator = 'S', .length = std::chrono::seconds(1)}};
constexpr std::int64_t kMostSeconds = std::chrono::floor<std::chrono::seconds>(Duration::max()).count();

/// Takes `<number><designator>` off the front and adds it. False if it does not stand there, or is too long.
bool take_unit(std::string_view& text, const DesignatedUnit& unit, std::int64_t& seconds) {
  std::int64_t count = 0;
  // from_chars would take a sign.
  if (text.front() == '-') return false;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), count);
  if (error != std::errc{} || end == text.end() || *end != unit.designator) return false;
  if (count > (kMostSeconds - seconds) / unit.length.count()) return false;
  seconds += count * unit.length.count();
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()) + 1);
  return true;
}

/// Takes the units off the front, each at most once. False if there is none of them.
bool take_units(std::string_view& text, std::span<const DesignatedUnit> units, std::int64_t& seconds) {
  bool any = false;
  for (const auto& unit : units) {
    if (!text.empty() && take_unit(text, unit, seconds)) any = true;
  }
  return any;
}

}  // namespace

std::optional<Duration> parse_iso8601_duration(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  std::int64_t seconds = 0;
  const bool has_date = take_units(text, kDateUnits, seconds);
  const bool has_time = text.starts_with('T');
  if (has_time) {
    text.remove_prefix(1);
    if (!take_units(text, kTimeUnits, seconds)) return std::nullopt;
  }
  if (!text.empty() || (!has_date && !has_time)) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::string iso8601_duration(Duration duration) {
  const auto days = std::chrono::floor<std::chrono::days>(duration);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(duration - days));
  std::string date;
  if (days.count() > 0) date = fmt::format("{}D", days.count());
  std::string clock;
  if (time.hours().count() > 0) clock += fmt::format("{}H", time.hours().count());
  if (time.minutes().count() > 0) clock += fmt::format("{}M", time.minutes().count());
  if (time.seconds().count() > 0) clock += fmt::format("{}S", time.seconds().count());
  if (date.empty() && clock.empty()) clock = "0S";
  return "P" + date + (clock.empty() ? "" : "T" + clock);
}

}  // namespace dwarpal
