// A store's file as a whole: copied, and looked over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"

namespace dwarpal::storage {

/// ErrorCode::InvalidSetting, naming the file, unless it is a store that this program can read or bring up to date.
[[nodiscard]] Result<> check_is_store(const std::filesystem::path& file);

/// What is wrong with the file itself (`PRAGMA integrity_check`) or with its references, in words, without values; at
/// most some of it. Nothing: all is well. Others may write meanwhile.
[[nodiscard]] Result<std::vector<std::string>> damage_in(const std::filesystem::path& file);

/// Pages that are copied, of how many.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Copies a store into an empty file as of one commit, while others write (SQLite's online backup), as a file that
/// stands for itself. Returns that commit's instant.
[[nodiscard]] Result<Instant> copy_store(const std::filesystem::path& from, const std::filesystem::path& to,
                                         const CopyProgress& progress);

}  // namespace dwarpal::storage
