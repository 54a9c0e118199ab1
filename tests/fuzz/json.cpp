// Whatever comes, parse_json answers; and what it accepts is written in plain ASCII that it reads
// again. (Not the same number to the last digit: Boost.JSON 1.81 may read a fraction off by one ulp.)
#include "base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = dwarpal::parse_json({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const auto text = dwarpal::ascii_json(document->value);
  const auto again = dwarpal::parse_json(text);
  if (!dwarpal::is_printable_ascii(text) || text.find_first_of(">?~") != std::string::npos) std::abort();
  if (!again || !again->repeated.empty() || again->value.kind() != document->value.kind()) std::abort();
  return 0;
}
