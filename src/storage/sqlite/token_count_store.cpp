#include "storage/sqlite/token_count_store.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace dwarpal::storage {

namespace {

core::TokenCount read_count(Row& row) {
  return {
      .hour = row.instant(), .entity = row.identifier<EntityUuid>(), .issued = row.integer(), .refused = row.integer()};
}

}  // namespace

Result<> SqliteTokenCountStore::add(const core::TokenCount& count) {
  return connection_.run_on_row(
      "INSERT INTO token_counts (hour, entity, issued, refused) VALUES (?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET issued = issued + excluded.issued, refused = refused + excluded.refused",
      count.hour, count.entity, count.issued, count.refused);
}

Result<std::vector<core::TokenCount>> SqliteTokenCountStore::list(const core::TokenCountRange& range,
                                                                  const std::optional<EntityUuid>& entity) {
  // A walk back along the primary key; nothing is sorted.
  constexpr std::int64_t kEarliest = INT64_MIN;
  constexpr std::int64_t kLatest = INT64_MAX;
  const auto since = range.since ? unix_milliseconds(*range.since) : kEarliest;
  // No entity is less than the empty one.
  std::tuple end(range.until ? unix_milliseconds(*range.until) : kLatest, EntityUuid());
  if (range.after) end = std::min(end, std::tuple(unix_milliseconds(range.after->hour), range.after->entity));
  const auto& [hour, before] = end;
  return connection_.all(read_count,
                         "SELECT hour, entity, issued, refused FROM token_counts WHERE hour >= ? "
                         "AND (hour, entity) < (?, ?) AND entity = ifnull(?, entity) "
                         "ORDER BY hour DESC, entity DESC LIMIT ?",
                         since, hour, before, entity, range.limit);
}

Result<std::int64_t> SqliteTokenCountStore::remove_before(Instant hour) {
  return connection_.run("DELETE FROM token_counts WHERE hour < ?", hour);
}

}  // namespace dwarpal::storage
