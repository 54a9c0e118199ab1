#include "http/api/query.hpp"

#include <algorithm>
#include <charconv>

#include "base/parse_instant.hpp"
#include "base/text.hpp"

namespace dwarpal::http {

namespace {

constexpr std::size_t kUsualLimit = 100;
constexpr std::size_t kLargestLimit = 1000;
constexpr std::size_t kLongestNameShown = 64;

}  // namespace

Result<Query> Query::parse(std::string_view text) { return Query(TRY(Form::parse(text))); }

Result<> Query::refuse_others_than(std::span<const std::string_view> names) const {
  for (const auto& name : form_.names()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const bool presentable = name.size() <= kLongestNameShown && is_printable_ascii(name);
    return fail(ErrorCode::InvalidInput, "This call has no parameter " + (presentable ? name : "of that name"));
  }
  return {};
}

Result<std::size_t> Query::limit() const {
  const auto value = TRY(text("limit"));
  if (value.empty()) return kUsualLimit;
  std::size_t limit = 0;
  const auto* const end = value.data() + value.size();
  const auto [read, error] = std::from_chars(value.data(), end, limit);
  if (error != std::errc{} || read != end || limit < 1 || limit > kLargestLimit) {
    return refuse("limit", "a number from 1 to 1000");
  }
  return limit;
}

Result<std::optional<bool>> Query::boolean(std::string_view name) const {
  const auto value = TRY(text(name));
  if (value.empty()) return std::nullopt;
  if (value == "true") return true;
  if (value == "false") return false;
  return refuse(name, "true or false");
}

Result<TimeRange> Query::time_range() const {
  constexpr std::string_view kTime = "a Unix time in milliseconds";
  const TimeRange range{.since = TRY(parsed("since", parse_unix_milliseconds, kTime)),
                        .until = TRY(parsed("until", parse_unix_milliseconds, kTime))};
  if (range.since && range.until && *range.until <= *range.since) return refuse("until", "later than since");
  return range;
}

std::unexpected<Error> Query::refuse(std::string_view name, std::string_view known) {
  return fail(ErrorCode::InvalidInput, std::string(name).append(" must be ").append(known));
}

}  // namespace dwarpal::http
