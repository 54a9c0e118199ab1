// Whatever comes, parse_iso8601_duration answers; and what it accepts is not negative, and written as a text that it
// reads again as the same length.
#include "base/iso8601_duration.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto duration = dwarpal::parse_iso8601_duration({reinterpret_cast<const char*>(data), size});
  if (!duration) return 0;
  if (*duration < dwarpal::Duration::zero()) std::abort();
  if (dwarpal::parse_iso8601_duration(dwarpal::iso8601_duration(*duration)) != duration) std::abort();
  return 0;
}
