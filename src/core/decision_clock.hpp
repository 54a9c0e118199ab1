// The "now" of decisions: the machine's clock, unless it runs behind what was already committed.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// A clock that was set back would let expired things live again. Up to `kTolerance` behind the newest
/// commit, decisions use that commit's instant; further behind, there is no now. Thread-safe.
class DecisionClock {
 public:
  static constexpr std::chrono::seconds kTolerance{60};

  DecisionClock(const Clock& clock, const Store& store) : clock_(clock), store_(store) {}

  /// ErrorCode::Unavailable when the machine's clock is too far behind.
  [[nodiscard]] Result<Instant> now() const;

  /// The machine's own time, for stamps on answers and logs.
  [[nodiscard]] Instant machine_time() const { return clock_.now(); }

 private:
  const Clock& clock_;
  const Store& store_;
};

}  // namespace dwarpal::core
