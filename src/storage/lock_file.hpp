// Keeps a second service off a data directory.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace dwarpal::storage {

/// Holds the directory's lock while it lives; the system releases it when the process dies. The command line
/// works beside a service and does without.
class DirectoryLock {
 public:
  /// Makes the directory where there is none. ErrorCode::InUse, naming the directory and the process that
  /// holds it.
  static Result<DirectoryLock> acquire(const std::filesystem::path& data_directory);

  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1 after a move
};

}  // namespace dwarpal::storage
