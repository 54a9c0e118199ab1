#include "http/api/cursors.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/parse_instant.hpp"

namespace dwarpal::http {

namespace {

/// Takes what stands before the next dot, and the dot; all of it where there is none.
std::string_view take_part(std::string_view& text) {
  const auto part = text.substr(0, text.find('.'));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

}  // namespace

std::string encode_audit_cursor(const core::AuditCursor& cursor) {
  return std::to_string(unix_milliseconds(cursor.at)) + "." + std::to_string(cursor.position.chain) + "." +
         std::to_string(cursor.position.number);
}

std::optional<core::AuditCursor> parse_audit_cursor(std::string_view text) {
  const auto at = parse_unix_milliseconds(take_part(text));
  const auto chain = parse_position(take_part(text));
  const auto number = parse_position(text);
  if (!at || !chain || !number) return std::nullopt;
  return core::AuditCursor{.at = *at, .position = {.chain = *chain, .number = *number}};
}

std::string encode_token_count_place(const core::TokenCountPlace& place) {
  return std::to_string(unix_milliseconds(place.hour)) + "." + place.entity.text();
}

std::optional<core::TokenCountPlace> parse_token_count_place(std::string_view text) {
  if (!text.contains('.')) return std::nullopt;
  const auto hour = parse_unix_milliseconds(take_part(text));
  if (!hour) return std::nullopt;
  return core::TokenCountPlace{.hour = *hour, .entity = EntityUuid(std::string(text))};
}

std::optional<std::int64_t> parse_position(std::string_view text) {
  std::int64_t position = 0;
  const auto* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, position);
  if (error != std::errc{} || read != end || position < 1) return std::nullopt;
  return position;
}

}  // namespace dwarpal::http
