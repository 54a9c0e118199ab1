#include "app/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "storage/data_directory.hpp"

namespace dwarpal::app {

namespace {

constexpr std::size_t kMaxBytes = 4096;
constexpr mode_t kPermissions = 07777;
constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

std::string system_message() { return std::error_code(errno, std::generic_category()).message(); }

bool write_whole(const Descriptor& descriptor, std::string_view text) {
  return ::write(descriptor.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ::fsync(descriptor.number()) == 0;
}

}  // namespace

Result<Secret> read_secret_file(const std::filesystem::path& file, std::string_view setting) {
  const auto refuse = [&](std::string_view problem) {
    return fail(ErrorCode::InvalidSetting, fmt::format("{}: {} {}", setting, file.string(), problem));
  };
  const auto unreadable = [&] { return refuse("cannot be read: " + system_message()); };
  // Without waiting for a writer, should it be a pipe: what it is shows only when it is open.
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!descriptor.is_open() || ::fstat(descriptor.number(), &status) != 0) return unreadable();
  if (!S_ISREG(status.st_mode)) return refuse("is not a regular file");
  if ((status.st_mode & kPermissions & ~kPrivate) != 0) {
    return refuse(fmt::format("has mode {:04o}, but must be for its owner alone (0600 or stricter)",
                              status.st_mode & kPermissions));
  }
  std::string text(kMaxBytes, '\0');
  const auto size = ::read(descriptor.number(), text.data(), text.size());
  if (size < 0) return unreadable();
  text.resize(static_cast<std::size_t>(size));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  Secret secret(std::move(text));
  if (static_cast<std::size_t>(size) == kMaxBytes) return refuse("is too long for a secret");
  return secret;
}

Result<> make_secret_file(const std::filesystem::path& file, const Secret& secret) {
  const auto cannot_write = [&] {
    return fail(ErrorCode::Unavailable, fmt::format("{} cannot be written: {}", file.string(), system_message()));
  };
  std::string beside = file.string() + ".XXXXXX";
  const Descriptor descriptor(::mkostemp(beside.data(), O_CLOEXEC));  // its mode is 0600
  if (!descriptor.is_open()) return cannot_write();
  // Unlike a renamed file, a linked one never takes the place of another.
  const bool is_there = write_whole(descriptor, secret.expose()) &&
                        (::link(beside.c_str(), file.c_str()) == 0 || errno == EEXIST) &&
                        storage::sync_directory(file.parent_path());
  auto result = is_there ? Result<>() : cannot_write();
  ::unlink(beside.c_str());
  return result;
}

Result<> link_secret_file(const std::filesystem::path& file, const std::filesystem::path& name) {
  if (::link(file.c_str(), name.c_str()) == 0 && storage::sync_directory(name.parent_path())) return {};
  return fail(ErrorCode::Unavailable, fmt::format("{} cannot be made: {}", name.string(), system_message()));
}

Result<> move_secret_file(const std::filesystem::path& file, const std::filesystem::path& place) {
  if (::rename(file.c_str(), place.c_str()) == 0 && storage::sync_directory(place.parent_path())) return {};
  return fail(ErrorCode::Unavailable,
              fmt::format("{} cannot be put in the place of {}, which has to be done by hand: {}", file.string(),
                          place.string(), system_message()));
}

}  // namespace dwarpal::app
