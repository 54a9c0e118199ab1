#include "core/mail/retry_schedule.hpp"

#include <array>

namespace dwarpal::core {

using namespace std::chrono_literals;

std::optional<Duration> delay_after_attempt(int attempt) {
  static constexpr std::array<std::chrono::minutes, 12> kDelays = {1min, 5min, 15min, 30min, 1h, 2h,
                                                                   4h,   8h,   8h,    8h,    8h, 8h};
  const auto index = static_cast<std::size_t>(attempt - 1);
  if (index >= kDelays.size()) return std::nullopt;
  return kDelays.at(index);
}

}  // namespace dwarpal::core
