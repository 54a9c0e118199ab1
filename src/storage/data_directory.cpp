#include "storage/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace dwarpal::storage {

namespace {

std::unexpected<Error> cannot_make(const std::filesystem::path& path, const std::error_code& error) {
  return fail(ErrorCode::Unavailable, fmt::format("{} cannot be made: {}", path.string(), error.message()));
}

}  // namespace

Result<> make_data_directory(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return {};
  const auto path = std::filesystem::absolute(directory, error).lexically_normal();
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return cannot_make(directory, error);
  // Private from its first moment on, which std::filesystem cannot do.
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return cannot_make(directory, std::error_code(errno, std::generic_category()));
  }
  return {};
}

Result<> make_private_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return cannot_make(file, std::error_code(errno, std::generic_category()));
  ::close(descriptor);
  return {};
}

bool sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_synced = ::fsync(descriptor) == 0;
  const int problem = errno;
  ::close(descriptor);
  errno = problem;
  return is_synced;
}

}  // namespace dwarpal::storage
