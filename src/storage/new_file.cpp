#include "storage/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "storage/data_directory.hpp"

namespace dwarpal::storage {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

std::unexpected<Error> name_is_taken(const std::filesystem::path& file) {
  return fail(ErrorCode::AlreadyExists, fmt::format("{} exists already", file.string()));
}

std::unexpected<Error> cannot_write(const std::filesystem::path& file) {
  return fail(ErrorCode::Unavailable, fmt::format("{} cannot be written: {}", file.string(),
                                                  std::error_code(errno, std::generic_category()).message()));
}

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::symlink_status(file, ignored).type() != std::filesystem::file_type::not_found;
}

/// As rename(), but what has the name already stays.
bool give_name(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  // Some file systems cannot promise it.
  if (errno != EINVAL || is_there(to)) return false;
  return std::rename(from.c_str(), to.c_str()) == 0;
}

}  // namespace

Result<NewFile> NewFile::create(const std::filesystem::path& file) {
  if (is_there(file)) return name_is_taken(file);
  auto pattern = file.string() + ".unfinished-XXXXXX";
  const int descriptor = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(file);
  return NewFile(file, pattern, descriptor);
}

NewFile::NewFile(NewFile&& other) noexcept
    : file_(std::move(other.file_)),
      unfinished_(std::exchange(other.unfinished_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

Result<> NewFile::write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kBufferSize ? Result<>() : write_out();
}

Result<> NewFile::finish() {
  TRY(write_out());
  if (::fsync(descriptor_) != 0) return cannot_write(file_);
  if (!give_name(unfinished_, file_)) return errno == EEXIST ? name_is_taken(file_) : cannot_write(file_);
  unfinished_.clear();
  // Where this cannot be done the name is as safe as it gets.
  static_cast<void>(sync_directory(file_.parent_path()));
  return {};
}

Result<> NewFile::write_out() {
  for (std::string_view rest = buffer_; !rest.empty();) {
    const auto count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_write(file_);
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  buffer_.clear();
  return {};
}

}  // namespace dwarpal::storage
