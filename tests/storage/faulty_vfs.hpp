// A disk under SQLite that fails when a test says so.
#pragma once

#include <limits>

namespace dwarpal::test {

/// While it lives, every database of this process that is opened lies on it. One at a time, one thread.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// Lets `count` more writes, truncations and syncs pass; those after fail with `code` (SQLITE_FULL, …).
  void fail_after(int count, int code);
  /// Lets everything pass again.
  void mend() { fail_after(std::numeric_limits<int>::max(), 0); }
  /// Whether anything failed since the last fail_after.
  [[nodiscard]] bool has_failed() const;
};

}  // namespace dwarpal::test
