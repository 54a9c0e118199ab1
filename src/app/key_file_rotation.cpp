#include "app/key_file_rotation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "app/master_key.hpp"
#include "app/secret_file.hpp"
#include "core/master_key_rotation.hpp"

namespace dwarpal::app {

namespace {

constexpr std::string_view kSetting = "keys.master_key_file";

}  // namespace

std::filesystem::path master_key_file(const Settings& settings) {
  if (settings.master_key || !settings.master_key_token.module.empty()) return {};
  std::error_code ignored;
  return std::filesystem::absolute(
      settings.master_key_file.empty() ? master_key_in(settings.data_directory) : settings.master_key_file, ignored);
}

std::filesystem::path next_key_beside(const std::filesystem::path& file) { return file.string() + ".new"; }

Result<KeyFileLock> KeyFileLock::acquire(const std::filesystem::path& file) {
  // The directory, for the file itself is replaced.
  const auto directory = file.parent_path();
  KeyFileLock lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int locked = lock.descriptor_ < 0 ? -1 : ::flock(lock.descriptor_, LOCK_EX);
  while (locked != 0 && errno == EINTR) locked = ::flock(lock.descriptor_, LOCK_EX);
  if (locked == 0) return lock;
  return fail(ErrorCode::Unavailable, fmt::format("{} cannot be locked: {}", directory.string(),
                                                  std::error_code(errno, std::generic_category()).message()));
}

KeyFileLock::KeyFileLock(KeyFileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

KeyFileLock::~KeyFileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<core::DataKeys> open_data_keys(core::Store& store, const crypto::WrappingKey& master_key,
                                      const Settings& settings, Random& random, const Clock& clock, Log& log) {
  auto keys = core::DataKeys::open(store, master_key, random, clock);
  if (keys || keys.error().code != ErrorCode::InvalidSetting) return keys;
  if (const auto rotated = core::last_master_key_rotation(store); rotated && !rotated->empty()) {
    keys.error().message += ". " + *rotated;
  }
  const auto place = master_key_file(settings);
  if (place.empty()) return keys;
  const auto lock = KeyFileLock::acquire(place);
  if (!lock) return keys;
  if (const auto present = read_master_key_file(place, kSetting)) {
    if (auto opened = core::DataKeys::open(store, *present, random, clock)) return opened;
  }
  const auto next = next_key_beside(place);
  const auto waiting = read_master_key_file(next, kSetting);
  if (!waiting) return keys;
  auto opened = core::DataKeys::open(store, *waiting, random, clock);
  if (!opened) return keys;
  if (const auto moved = move_secret_file(next, place); !moved) {
    log.warning("the store opens with the next master key alone, which could not be put in its place",
                {{"problem", moved.error().message}});
  } else {
    log.warning("a rotation of the master key that was cut off is complete now", {{"file", place.string()}});
  }
  return opened;
}

}  // namespace dwarpal::app
