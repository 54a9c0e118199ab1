// Where unpredictable bytes come from. The one real source is crypto/system_random.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace dwarpal {

/// Thread-safe. Tests may inject one that repeats itself.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;
};

/// A version 4 UUID (RFC 9562 §5.4) in its 36-character form.
[[nodiscard]] std::string make_uuid(Random& random);

}  // namespace dwarpal
