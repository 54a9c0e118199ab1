// Files that hold nothing but a secret.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::app {

/// The text of a regular file of mode 0600 or stricter, without the line end behind it. ErrorCode::InvalidSetting
/// names the setting and the file.
[[nodiscard]] Result<Secret> read_secret_file(const std::filesystem::path& file, std::string_view setting);

/// Writes a file of mode 0600, whole and lasting or not at all, where there is none; one that is there stays as it is.
/// So of several processes that do this at once, all find the same secret afterwards. ErrorCode::Unavailable names the
/// file.
[[nodiscard]] Result<> make_secret_file(const std::filesystem::path& file, const Secret& secret);

/// A second, lasting name for a file that is there. ErrorCode::Unavailable, also if the name is taken.
[[nodiscard]] Result<> link_secret_file(const std::filesystem::path& file, const std::filesystem::path& name);

/// Puts a file in the place of another, which is either there or replaced, whatever happens meanwhile; lasting.
[[nodiscard]] Result<> move_secret_file(const std::filesystem::path& file, const std::filesystem::path& place);

}  // namespace dwarpal::app
