// Where "now" comes from. Nothing but SystemClock reads the machine's clock.
#pragma once

#include "base/instant.hpp"

namespace dwarpal {

/// Thread-safe. Tests inject a fixed one.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

}  // namespace dwarpal
