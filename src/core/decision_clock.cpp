#include "core/decision_clock.hpp"

#include <algorithm>

namespace dwarpal::core {

Result<Instant> DecisionClock::now() const {
  const auto machine = clock_.now();
  const auto newest = store_.newest_commit();
  if (machine + kTolerance < newest) {
    Error error{.code = ErrorCode::Unavailable,
                .message = "The service is temporarily unavailable",
                .detail = "the machine's clock (" + iso8601(machine) + ") is behind the store's newest commit (" +
                          iso8601(newest) + "); set the clock, or accept it with `dwarpal store accept-clock`",
                .retry_after = std::chrono::seconds(60)};
    return std::unexpected(std::move(error));
  }
  return std::max(machine, newest);
}

}  // namespace dwarpal::core
