// The directory that a network's data lies in: nobody but the service's own user looks into it.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace dwarpal::storage {

/// Makes it with mode 0700 where there is none; one that exists keeps its mode. ErrorCode::Unavailable,
/// naming the path, where that cannot be.
[[nodiscard]] Result<> make_data_directory(const std::filesystem::path& directory);

/// Makes an empty file with mode 0600 where there is none.
[[nodiscard]] Result<> make_private_file(const std::filesystem::path& file);

/// Makes the names in it lasting. False where that cannot be; errno says why.
[[nodiscard]] bool sync_directory(const std::filesystem::path& directory);

}  // namespace dwarpal::storage
