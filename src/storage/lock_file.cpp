#include "storage/lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "storage/data_directory.hpp"

namespace dwarpal::storage {

namespace {

std::string holder_in(int descriptor) {
  std::array<char, 32> text{};
  const auto count = ::pread(descriptor, text.data(), text.size(), 0);
  const auto pid = std::string_view(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  // Who has just taken the lock may not have written its number yet.
  return pid.empty() ? "another process" : fmt::format("process {}", pid.substr(0, pid.find('\n')));
}

}  // namespace

Result<DirectoryLock> DirectoryLock::acquire(const std::filesystem::path& data_directory) {
  TRY(make_data_directory(data_directory));
  const auto file = data_directory / "dwarpal.lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    return fail(ErrorCode::Unavailable, fmt::format("{} cannot be opened: {}", file.string(),
                                                    std::error_code(errno, std::generic_category()).message()));
  }
  DirectoryLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::InUse,
                fmt::format("The data directory {} is in use by {}", data_directory.string(), holder_in(descriptor)));
  }
  const auto pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
    return fail(ErrorCode::Unavailable, fmt::format("{} cannot be written: {}", file.string(),
                                                    std::error_code(errno, std::generic_category()).message()));
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

// The file stays: removing it could take it from under a process that has just opened it.
DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace dwarpal::storage
