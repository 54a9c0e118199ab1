// The kinds of value that settings have: how each is read, checked and written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "base/secret.hpp"

namespace dwarpal::app {

/// A value as it was given, in the types that TOML tells apart.
using SettingValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// The alternative of SettingValue that a kind is given as.
enum class ValueType { TrueOrFalse, WholeNumber, Text, Texts };

/// What a variable or a flag means, which are texts; the items of a list stand between commas.
[[nodiscard]] std::optional<SettingValue> read_text(ValueType type, std::string_view text);

template <typename T>
struct SettingKind {
  ValueType given_as = ValueType::Text;
  std::string name;                                             ///< "duration, 1s to 90d"
  std::string expectation;                                      ///< goes on after "must be "
  std::function<std::optional<T>(const SettingValue&)> accept;  ///< none: the value is not as expected
  std::function<std::string(const T&)> write;                   ///< as it may be given in a variable
};

[[nodiscard]] SettingKind<bool> true_or_false();
[[nodiscard]] SettingKind<std::int64_t> whole_number(std::int64_t least, std::int64_t most);
/// `90d`: a number and one unit. A multiple of `step`.
[[nodiscard]] SettingKind<Duration> duration(Duration least, Duration most, Duration step = Duration(1));
/// The same, or `none`.
[[nodiscard]] SettingKind<std::optional<Duration>> duration_or_none(Duration least, Duration most);
/// `64KiB`
[[nodiscard]] SettingKind<std::size_t> size(std::size_t least, std::size_t most);
[[nodiscard]] SettingKind<std::string> text(std::string expectation, std::function<bool(std::string_view)> is_valid);
/// A file or directory; not empty.
[[nodiscard]] SettingKind<std::string> path();
[[nodiscard]] SettingKind<std::vector<std::string>> list_of_texts(
    std::string expectation, std::function<bool(const std::vector<std::string>&)> is_valid);
/// Its value is neither written nor quoted.
[[nodiscard]] SettingKind<Secret> secret();

/// T's value of each name. A T that has none of these is written as an empty text.
template <typename T>
[[nodiscard]] SettingKind<T> one_of(const std::vector<std::pair<std::string_view, T>>& choices) {
  std::string names = "one of";
  for (const auto& [choice, value] : choices) names.append(names.ends_with("of") ? " " : ", ").append(choice);
  return {.given_as = ValueType::Text,
          .name = names,
          .expectation = names,
          .accept = [choices](const SettingValue& given) -> std::optional<T> {
            const auto* name = std::get_if<std::string>(&given);
            for (const auto& [choice, value] : choices) {
              if (name != nullptr && *name == choice) return std::optional<T>(std::in_place, value);
            }
            return std::nullopt;
          },
          .write =
              [choices](const T& written) {
                for (const auto& [choice, value] : choices) {
                  if (written == value) return std::string(choice);
                }
                return std::string();
              }};
}

}  // namespace dwarpal::app
