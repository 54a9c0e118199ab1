#include "storage/sqlite/token_count_store.hpp"

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

Result<std::vector<core::TokenCount>> SqliteTokenCountStore::list(Instant since, Instant until,
                                                                  const std::optional<EntityUuid>& entity) {
  return connection_.all(read_count,
                         "SELECT hour, entity, issued, refused FROM token_counts WHERE hour >= ? AND hour < ? "
                         "AND entity = ifnull(?, entity) ORDER BY hour, entity",
                         since, until, entity);
}

}  // namespace dwarpal::storage
