#include "base/parse_instant.hpp"

#include <charconv>
#include <vector>

namespace dwarpal {

namespace {

/// Takes the digits from the front that stand where `form` has a 0; what else it has must stand there as it is.
std::optional<std::vector<int>> read_numbers(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return std::nullopt;
  std::vector<int> numbers;
  for (std::size_t at = 0; at < form.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    if (is_digit != (form[at] == '0') || (!is_digit && text[at] != form[at])) return std::nullopt;
    if (!is_digit) continue;
    if (at == 0 || form[at - 1] != '0') numbers.push_back(0);
    numbers.back() = numbers.back() * 10 + (text[at] - '0');
  }
  return numbers;
}

}  // namespace

std::optional<Instant> parse_iso8601(std::string_view text) {
  for (const auto* form : {"0000-00-00", "0000-00-00T00:00:00Z", "0000-00-00T00:00:00.000Z"}) {
    auto numbers = read_numbers(text, form);
    if (!numbers) continue;
    numbers->resize(7);
    const auto& n = *numbers;
    const std::chrono::year_month_day date{std::chrono::year(n[0]), std::chrono::month(static_cast<unsigned>(n[1])),
                                           std::chrono::day(static_cast<unsigned>(n[2]))};
    if (!date.ok() || n[3] > 23 || n[4] > 59 || n[5] > 59) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(n[3]) + std::chrono::minutes(n[4]) +
           std::chrono::seconds(n[5]) + std::chrono::milliseconds(n[6]);
  }
  return std::nullopt;
}

std::optional<Instant> parse_unix_milliseconds(std::string_view text) {
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;
  std::int64_t milliseconds = 0;
  const auto* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, milliseconds);
  if (error != std::errc{} || read != end || milliseconds < 0 || milliseconds >= kYear10000) return std::nullopt;
  return instant_from_milliseconds(milliseconds);
}

}  // namespace dwarpal
