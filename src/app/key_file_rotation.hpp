// A master key in a file, which another takes the place of.
#pragma once

#include <filesystem>

#include "app/settings.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"
#include "core/store.hpp"
#include "crypto/wrapping_key.hpp"

namespace dwarpal::app {

/// The file that the settings keep the master key in; empty if it is in none.
[[nodiscard]] std::filesystem::path master_key_file(const Settings& settings);

/// Where the next key waits until it takes the file's place.
[[nodiscard]] std::filesystem::path next_key_beside(const std::filesystem::path& file);

/// Held by who changes a key file, for as long as the file and the store may not fit each other. The system releases it
/// when the process dies.
class KeyFileLock {
 public:
  /// Waits for who has it. ErrorCode::Unavailable if the file's directory cannot be opened or locked.
  static Result<KeyFileLock> acquire(const std::filesystem::path& file);
  KeyFileLock(const KeyFileLock&) = delete;
  KeyFileLock& operator=(const KeyFileLock&) = delete;
  KeyFileLock(KeyFileLock&& other) noexcept;
  KeyFileLock& operator=(KeyFileLock&&) = delete;
  ~KeyFileLock();

 private:
  explicit KeyFileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  // -1 after a move
};

/// DataKeys::open() with the master key of the settings, as it was read a moment ago. Where that is in a file and does
/// not open the store, a rotation is on its way or was cut off: this waits for it, and if the next key beside the file
/// opens the store, puts it in its place and logs so.
[[nodiscard]] Result<core::DataKeys> open_data_keys(core::Store& store, const crypto::WrappingKey& master_key,
                                                    const Settings& settings, Random& random, const Clock& clock,
                                                    Log& log);

}  // namespace dwarpal::app
