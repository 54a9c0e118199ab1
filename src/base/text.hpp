// Small questions about text that the standard library does not answer.
#pragma once

#include <string>
#include <string_view>

namespace dwarpal {

/// ASCII letters only, whatever the locale: what is compared here are protocol texts.
[[nodiscard]] std::string to_lower(std::string_view text);
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
/// Space to tilde, nothing else.
[[nodiscard]] bool is_printable_ascii(std::string_view text);

}  // namespace dwarpal
