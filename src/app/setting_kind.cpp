#include "app/setting_kind.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace dwarpal::app {

namespace {

using namespace std::chrono_literals;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Smallest first.
constexpr std::array kDurationUnits = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60 * 1000}, Unit{"h", 60 * 60 * 1000},
                                       Unit{"d", 24 * 60 * 60 * 1000}};
constexpr std::array kSizeUnits = {Unit{"B", 1}, Unit{"KiB", 1 << 10}, Unit{"MiB", 1 << 20}};

std::optional<std::int64_t> read_whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> read_with_unit(std::string_view text, std::span<const Unit> units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = read_whole_number(text.substr(0, digits));
  const auto unit = std::ranges::find(units, text.substr(digits), &Unit::name);
  std::int64_t product = 0;
  if (!number || unit == units.end() || __builtin_mul_overflow(*number, unit->factor, &product)) {
    return std::nullopt;
  }
  return product;
}

/// In the largest unit that leaves a whole number.
std::string write_with_unit(std::int64_t value, std::span<const Unit> units, std::string_view zero) {
  if (value == 0) return std::string(zero);
  const auto unit =
      std::ranges::find_if(units.rbegin(), units.rend(), [&](const Unit& u) { return value % u.factor == 0; });
  return fmt::format("{}{}", value / unit->factor, unit->name);
}

std::optional<Duration> read_duration(const SettingValue& given) {
  const auto* text = std::get_if<std::string>(&given);
  const auto milliseconds = text == nullptr ? std::nullopt : read_with_unit(*text, kDurationUnits);
  return milliseconds ? std::optional(Duration(*milliseconds)) : std::nullopt;
}

std::string write_duration(Duration duration) { return write_with_unit(duration.count(), kDurationUnits, "0s"); }

std::string write_size(std::size_t size) { return write_with_unit(static_cast<std::int64_t>(size), kSizeUnits, "0B"); }

}  // namespace

std::optional<SettingValue> read_text(ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::TrueOrFalse:
      if (text == "true") return true;
      if (text == "false") return false;
      return std::nullopt;
    case ValueType::WholeNumber: return read_whole_number(text);
    case ValueType::Text: return std::string(text);
    case ValueType::Texts: {
      std::vector<std::string> texts;
      while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        texts.emplace_back(trim(text.substr(0, comma)));
        text.remove_prefix(std::min(comma + 1, text.size()));
      }
      return texts;
    }
  }
  return std::nullopt;
}

SettingKind<bool> true_or_false() {
  return {.given_as = ValueType::TrueOrFalse,
          .name = "true or false",
          .expectation = "true or false",
          .accept = [](const SettingValue& given) -> std::optional<bool> {
            const auto* value = std::get_if<bool>(&given);
            return value == nullptr ? std::nullopt : std::optional(*value);
          },
          .write = [](const bool& value) { return std::string(value ? "true" : "false"); }};
}

SettingKind<std::int64_t> whole_number(std::int64_t least, std::int64_t most) {
  return {.given_as = ValueType::WholeNumber,
          .name = fmt::format("whole number, {} to {}", least, most),
          .expectation = fmt::format("a whole number from {} to {}", least, most),
          .accept = [least, most](const SettingValue& given) -> std::optional<std::int64_t> {
            const auto* number = std::get_if<std::int64_t>(&given);
            if (number == nullptr || *number < least || *number > most) return std::nullopt;
            return *number;
          },
          .write = [](const std::int64_t& number) { return std::to_string(number); }};
}

SettingKind<Duration> duration(Duration least, Duration most, Duration step) {
  const auto range = fmt::format("{} to {}{}", write_duration(least), write_duration(most),
                                 step == 1ms ? "" : " in steps of " + write_duration(step));
  return {.given_as = ValueType::Text,
          .name = "duration, " + range,
          .expectation = "a duration from " + range + ", a number with one of the units ms, s, m, h, d",
          .accept = [least, most, step](const SettingValue& given) -> std::optional<Duration> {
            const auto duration = read_duration(given);
            if (!duration || *duration < least || *duration > most || *duration % step != 0ms) return std::nullopt;
            return duration;
          },
          .write = [](const Duration& duration) { return write_duration(duration); }};
}

SettingKind<std::optional<Duration>> duration_or_none(Duration least, Duration most) {
  const auto some = duration(least, most);
  return {.given_as = ValueType::Text,
          .name = "none or a " + some.name,
          .expectation = "none or " + some.expectation,
          .accept = [some](const SettingValue& given) -> std::optional<std::optional<Duration>> {
            if (const auto* text = std::get_if<std::string>(&given); text != nullptr && *text == "none") {
              return std::optional<std::optional<Duration>>(std::in_place);
            }
            const auto duration = some.accept(given);
            if (!duration) return std::nullopt;
            return std::optional<std::optional<Duration>>(std::in_place, duration);
          },
          .write = [](const std::optional<Duration>& value) { return value ? write_duration(*value) : "none"; }};
}

SettingKind<std::size_t> size(std::size_t least, std::size_t most) {
  return {.given_as = ValueType::Text,
          .name = fmt::format("size, {} to {}", write_size(least), write_size(most)),
          .expectation = fmt::format("a size from {} to {}, a number with one of the units B, KiB, MiB",
                                     write_size(least), write_size(most)),
          .accept = [least, most](const SettingValue& given) -> std::optional<std::size_t> {
            const auto* text = std::get_if<std::string>(&given);
            const auto bytes = text == nullptr ? std::nullopt : read_with_unit(*text, kSizeUnits);
            if (!bytes || std::cmp_less(*bytes, least) || std::cmp_greater(*bytes, most)) return std::nullopt;
            return static_cast<std::size_t>(*bytes);
          },
          .write = [](const std::size_t& bytes) { return write_size(bytes); }};
}

SettingKind<std::string> text(std::string expectation, std::function<bool(std::string_view)> is_valid) {
  return {.given_as = ValueType::Text,
          .name = "text",
          .expectation = std::move(expectation),
          .accept = [is_valid = std::move(is_valid)](const SettingValue& given) -> std::optional<std::string> {
            const auto* value = std::get_if<std::string>(&given);
            if (value == nullptr || !is_valid(*value)) return std::nullopt;
            return *value;
          },
          .write = [](const std::string& value) { return value; }};
}

SettingKind<std::string> path() {
  auto kind = text("a path", [](std::string_view path) { return !path.empty(); });
  kind.name = "path";
  return kind;
}

SettingKind<std::vector<std::string>> list_of_texts(std::string expectation,
                                                    std::function<bool(const std::vector<std::string>&)> is_valid) {
  return {
      .given_as = ValueType::Texts,
      .name = "list of texts",
      .expectation = std::move(expectation),
      .accept = [is_valid = std::move(is_valid)](const SettingValue& given) -> std::optional<std::vector<std::string>> {
        const auto* values = std::get_if<std::vector<std::string>>(&given);
        if (values == nullptr || !is_valid(*values)) return std::nullopt;
        return *values;
      },
      .write = [](const std::vector<std::string>& values) { return fmt::format("{}", fmt::join(values, ", ")); }};
}

SettingKind<Secret> secret() {
  return {.given_as = ValueType::Text,
          .name = "secret",
          .expectation = "a text",
          .accept = [](const SettingValue& given) -> std::optional<Secret> {
            const auto* value = std::get_if<std::string>(&given);
            return value == nullptr ? std::nullopt : std::optional(Secret::copy_of(*value));
          },
          .write = [](const Secret& value) { return std::string(value.empty() ? "" : "(set)"); }};
}

}  // namespace dwarpal::app
