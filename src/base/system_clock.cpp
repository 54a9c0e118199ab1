#include "base/clock.hpp"

namespace dwarpal {

Instant SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace dwarpal
