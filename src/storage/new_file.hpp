// A file that is there complete or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dwarpal::storage {

/// Lies beside its later place under another name, with mode 0600, until it is finished; unfinished it is removed when
/// this ends. For one thread.
class NewFile {
 public:
  /// ErrorCode::AlreadyExists where there is something of that name, Unavailable where it cannot be made.
  static Result<NewFile> create(const std::filesystem::path& file);

  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  /// Where it lies now, for who writes it otherwise.
  [[nodiscard]] const std::filesystem::path& unfinished() const { return unfinished_; }
  /// ErrorCode::Unavailable, saying why.
  [[nodiscard]] Result<> write(std::string_view text);
  /// On disk when this returns. ErrorCode::AlreadyExists if somebody took the name meanwhile: theirs stays.
  [[nodiscard]] Result<> finish();

 private:
  NewFile(std::filesystem::path file, std::filesystem::path unfinished, int descriptor)
      : file_(std::move(file)), unfinished_(std::move(unfinished)), descriptor_(descriptor) {}
  [[nodiscard]] Result<> write_out();

  std::filesystem::path file_;
  std::filesystem::path unfinished_;  // empty once it has its name
  int descriptor_;
  std::string buffer_;
};

}  // namespace dwarpal::storage
