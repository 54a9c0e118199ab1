// What commands read: files, standard input, and what a person types unseen.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::cli {

/// The file's content, or standard input for `-`; at most a megabyte. ErrorCode::InvalidSetting naming the file.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// The first line of the file, or of standard input for `-`.
[[nodiscard]] Result<Secret> read_password_file(const std::string& path);
/// Asks on the terminal without showing what is typed, twice. None where there is no terminal, or for an empty answer.
[[nodiscard]] Result<std::optional<Secret>> ask_for_password(const std::string& question);
/// For CLI11's `check`: what is wrong with an option that must be a whole number of at least `minimum`.
[[nodiscard]] std::function<std::string(const std::string&)> whole_number_from(std::uint32_t minimum);
/// The argument itself, or standard input for `-` and for none; without white space around it.
[[nodiscard]] Result<std::string> argument_or_input(const std::string& argument);

}  // namespace dwarpal::cli
