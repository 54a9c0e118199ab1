#include "cli/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace dwarpal::cli {

Progress::Progress(std::string unit) : unit_(std::move(unit)), is_watched_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (is_watched_) std::fputs("\r\033[K", stderr);
}

void Progress::show(std::int64_t done, std::int64_t total) {
  const auto percent = total == 0 ? 100 : done * 100 / total;
  if (!is_watched_ || percent == shown_percent_) return;
  shown_percent_ = percent;
  fmt::print(stderr, "\r{} of {} {}\033[K", done, total, unit_);
}

}  // namespace dwarpal::cli
