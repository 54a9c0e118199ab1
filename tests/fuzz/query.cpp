// Whatever stands in the query of an operator's call, there is an answer; and a place in a list that is accepted is
// the one that the list would give.
#include "http/api/query.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/api/cursors.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dwarpal::http::Query;
  const auto query = Query::parse({reinterpret_cast<const char*>(data), size});
  if (!query) return 0;
  const auto limit = query->limit();
  if (limit && (*limit < 1 || *limit > 1000)) std::abort();
  const auto range = query->time_range();
  if (range && range->since && range->until && *range->until <= *range->since) std::abort();

  const auto after = query->text("after");
  if (!after) return 0;
  if (const auto record = dwarpal::http::parse_audit_cursor(*after)) {
    const auto again = dwarpal::http::parse_audit_cursor(dwarpal::http::encode_audit_cursor(*record));
    if (!again || again->at != record->at || again->position != record->position) std::abort();
  }
  if (const auto count = dwarpal::http::parse_token_count_place(*after)) {
    const auto again = dwarpal::http::parse_token_count_place(dwarpal::http::encode_token_count_place(*count));
    if (!again || again->hour != count->hour || again->entity != count->entity) std::abort();
  }
  return 0;
}
