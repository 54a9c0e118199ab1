// How far long work has come, for who watches a terminal.
#pragma once

#include <cstdint>
#include <string>

namespace dwarpal::cli {

/// A line on stderr that is written over at each percent; nothing where that is no terminal. Gone when it ends.
class Progress {
 public:
  explicit Progress(std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::int64_t done, std::int64_t total);

 private:
  const std::string unit_;
  const bool is_watched_;
  std::int64_t shown_percent_ = -1;
};

}  // namespace dwarpal::cli
