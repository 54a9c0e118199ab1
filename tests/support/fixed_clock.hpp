// A clock that stands still until a test moves it.
#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace dwarpal::test {

class FixedClock final : public Clock {
 public:
  /// 2026-01-01T00:00:00Z unless said.
  explicit FixedClock(Instant start = instant_from_milliseconds(1'767'225'600'000)) : now_(start) {}

  [[nodiscard]] Instant now() const override { return now_.load(); }
  void advance(Duration by) { now_ = now_.load() + by; }
  void set(Instant now) { now_ = now; }

 private:
  std::atomic<Instant> now_;
};

}  // namespace dwarpal::test
