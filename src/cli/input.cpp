#include "cli/input.hpp"

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iostream>

namespace dwarpal::cli {

namespace {

constexpr std::size_t kLargestFile = 1'000'000;  // bytes; nobody means to register a disk

/// What is typed is not shown while it lives.
class HiddenTyping {
 public:
  HiddenTyping() {
    tcgetattr(STDIN_FILENO, &before_);
    auto hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenTyping() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  termios before_{};
};

Secret type_hidden(const std::string& question) {
  // Before the question, so that nothing typed in answer to it is shown, or lost with what was typed ahead.
  const HiddenTyping hidden;
  fmt::print(stderr, "{}: ", question);
  std::string line;
  std::getline(std::cin, line);
  fmt::print(stderr, "\n");
  return Secret(std::move(line));
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const auto read = [&](std::istream& stream) -> Result<std::string> {
    std::string content(kLargestFile + 1, '\0');
    if (stream) stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (stream.bad() || !(stream || stream.eof())) return fail(ErrorCode::InvalidSetting, "Cannot read " + path);
    content.resize(static_cast<std::size_t>(stream.gcount()));
    if (content.size() > kLargestFile) {
      return fail(ErrorCode::InvalidSetting, path + " is larger than a megabyte: it is not what is asked for");
    }
    return content;
  };
  if (path == "-") return read(std::cin);
  std::ifstream file(path, std::ios::binary);
  return read(file);
}

Result<Secret> read_password_file(const std::string& path) {
  auto content = TRY(read_file(path));
  Secret password = Secret::copy_of(std::string_view(content).substr(0, content.find_first_of("\r\n")));
  wipe(content);
  if (password.empty()) return fail(ErrorCode::InvalidSetting, "There is no password in " + path);
  return password;
}

Result<std::optional<Secret>> ask_for_password(const std::string& question) {
  if (isatty(STDIN_FILENO) == 0) return std::optional<Secret>();
  auto password = type_hidden(question);
  if (password.empty()) return std::optional<Secret>();
  const auto again = type_hidden("The same once more");
  if (password.expose() != again.expose()) {
    return fail(ErrorCode::InvalidInput, "The two passwords are not the same");
  }
  return std::optional(std::move(password));
}

std::function<std::string(const std::string&)> whole_number_from(std::uint32_t minimum) {
  return [minimum](const std::string& text) {
    std::int32_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    const bool fits = error == std::errc() && stopped == end && number >= 0 && std::cmp_greater_equal(number, minimum);
    return fits ? std::string() : "must be a whole number of at least " + std::to_string(minimum);
  };
}

Result<std::string> argument_or_input(const std::string& argument) {
  auto text = argument.empty() || argument == "-" ? TRY(read_file("-")) : argument;
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return fail(ErrorCode::InvalidInput, "There is nothing to read");
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace dwarpal::cli
