// Whatever comes, parse_json answers; and what it accepts can be written and read back unchanged.
#include "base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = dwarpal::parse_json({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const auto again = dwarpal::parse_json(dwarpal::ascii_json(document->value));
  if (!again || again->value != document->value || !again->repeated.empty()) std::abort();
  return 0;
}
