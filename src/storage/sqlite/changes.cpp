#include "storage/sqlite/changes.hpp"

#include "storage/sqlite/revocation_store.hpp"

namespace dwarpal::storage {

namespace {

Position read_position(Row& row) { return {.change_counter = row.integer(), .newest_commit = row.instant()}; }

}  // namespace

Result<Position> position(Connection& connection) {
  const auto found = TRY(connection.first(read_position, "SELECT change_counter, newest_commit FROM meta"));
  return found.value_or(Position{});
}

Result<Position> advance(Connection& connection, Instant now) {
  TRY(connection.run_on_row(
      "UPDATE meta SET change_counter = change_counter + 1, newest_commit = max(newest_commit, ?)", now));
  return position(connection);
}

Result<> mark_entity_changed(Connection& connection, const EntityUuid& entity) {
  return connection.run_on_row("UPDATE entities SET changed = (SELECT change_counter + 1 FROM meta) WHERE uuid = ?",
                               entity);
}

Result<core::StoreChange> changes_since(Connection& connection, std::int64_t change_counter) {
  core::StoreChange change;
  change.entities = TRY(connection.all([](Row& row) { return row.identifier<EntityId>(); },
                                       "SELECT id FROM entities WHERE changed > ?", change_counter));
  change.revoked_tokens = TRY(connection.all(
      read_revoked_token, "SELECT id, expires_at FROM revoked_tokens WHERE changed > ?", change_counter));
  change.signing_keys = TRY(connection.any("SELECT 1 FROM meta WHERE signing_keys_changed > ?", change_counter));
  return change;
}

}  // namespace dwarpal::storage
