// The real source of unpredictable bytes.
#pragma once

#include "base/random.hpp"

namespace dwarpal::crypto {

/// OpenSSL's generator, seeded by the kernel, behind a small buffer per thread, so that a UUID's bytes are
/// cheap. What was served is zeroed in the buffer. Aborts if the generator fails. Not for use after fork().
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace dwarpal::crypto
