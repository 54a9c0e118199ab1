#include "http/api/json_fields.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace dwarpal::http {

namespace {

std::unexpected<Error> invalid(std::string_view name, std::string_view rule) {
  return fail(ErrorCode::InvalidInput, std::string(name) + " " + std::string(rule));
}

}  // namespace

Result<JsonFields> JsonFields::parse(std::string_view body) {
  auto document = parse_json(body);
  if (!document || !document->value.is_object()) {
    return fail(ErrorCode::InvalidInput, "The request body is not a JSON object");
  }
  return JsonFields(std::move(document->value.get_object()), std::move(document->repeated));
}

Result<const boost::json::value*> JsonFields::find(std::string_view name) const {
  if (repeated_.contains("/" + std::string(name))) return invalid(name, "stands twice in the request");
  const auto* found = value_.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

Result<std::string> JsonFields::text(std::string_view name, std::string_view older) const {
  const auto* found = TRY(find(name));
  if (!older.empty()) {
    const auto* other = TRY(find(older));
    if (found != nullptr && other != nullptr && *found != *other) {
      return invalid(name, "and " + std::string(older) + " in the request are different");
    }
    if (found == nullptr) found = other;
  }
  if (found == nullptr) return std::string();
  if (!found->is_string()) return invalid(name, "must be a text");
  std::string text(found->get_string());
  if (text.contains('\0')) return invalid(name, "must not hold a NUL");
  return text;
}

Result<std::string> JsonFields::short_text(std::string_view name, std::string_view older, std::size_t longest) const {
  auto value = TRY(text(name, older));
  if (value.size() > longest) return invalid(name, "is longer than " + std::to_string(longest) + " bytes");
  const auto is_control = [](unsigned char letter) { return letter < 0x20 || letter == 0x7f; };
  if (std::ranges::any_of(value, is_control)) return invalid(name, "must not hold control characters");
  return value;
}

Result<std::optional<std::int64_t>> JsonFields::positive_number(std::string_view name) const {
  const auto* found = TRY(find(name));
  if (found == nullptr) return std::optional<std::int64_t>();
  constexpr std::string_view kRule = "must be a whole number of at least 1";
  if (found->is_int64() && found->get_int64() >= 1) return std::optional(found->get_int64());
  if (found->is_uint64()) return std::optional(std::numeric_limits<std::int64_t>::max());
  if (found->is_double() && found->get_double() >= 1 && std::trunc(found->get_double()) == found->get_double()) {
    constexpr double kBeyond = 0x1p63;
    return std::optional(found->get_double() < kBeyond ? static_cast<std::int64_t>(found->get_double())
                                                       : std::numeric_limits<std::int64_t>::max());
  }
  if (!found->is_string() || found->get_string().empty()) return invalid(name, kRule);

  const std::string_view digits = found->get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  const bool only_digits = std::ranges::all_of(digits, [](char digit) { return digit >= '0' && digit <= '9'; });
  if (only_digits && error == std::errc::result_out_of_range)
    return std::optional(std::numeric_limits<std::int64_t>::max());
  if (!only_digits || error != std::errc{} || number < 1) return invalid(name, kRule);
  return std::optional(number);
}

Result<std::optional<bool>> JsonFields::boolean(std::string_view name) const {
  const auto* found = TRY(find(name));
  if (found == nullptr) return std::optional<bool>();
  if (!found->is_bool()) return invalid(name, "must be true or false");
  return std::optional(found->get_bool());
}

Result<std::optional<JsonFields>> JsonFields::object(std::string_view name) const {
  const auto* found = TRY(find(name));
  if (found == nullptr) return std::optional<JsonFields>();
  if (!found->is_object()) return invalid(name, "must be an object");
  const auto prefix = "/" + std::string(name);
  std::set<std::string, std::less<>> repeated;
  for (const auto& pointer : repeated_) {
    if (pointer.starts_with(prefix + "/")) repeated.insert(pointer.substr(prefix.size()));
  }
  return std::optional(JsonFields(found->get_object(), std::move(repeated)));
}

std::string JsonFields::first_repeated() const {
  if (repeated_.empty()) return {};
  const auto& pointer = *repeated_.begin();
  return pointer.substr(pointer.rfind('/') + 1);
}

}  // namespace dwarpal::http
