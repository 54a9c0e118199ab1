#include "storage/sqlite/secret_store.hpp"

#include "storage/sqlite/changes.hpp"

namespace dwarpal::storage {

namespace {

core::SecretState read_state(Row& row) {
  return {.number = row.integer(),
          .digest = row.digest(),
          .created_at = row.instant(),
          .expires_at = row.optional_instant(),
          .replaced_at = row.optional_instant(),
          .ended_at = row.optional_instant(),
          .last_used_at = row.optional_instant()};
}

core::EntitySecret read_secret(Row& row) {
  auto state = read_state(row);
  return {.state = state, .sealed = row.sealed()};
}

}  // namespace

Result<std::optional<core::EntitySecret>> SqliteSecretStore::newest(const EntityUuid& entity) {
  return connection_.first(read_secret,
                           "SELECT number, digest, created_at, expires_at, replaced_at, ended_at, last_used_at, "
                           "data_key, ciphertext FROM entity_secrets WHERE entity = ? ORDER BY number DESC LIMIT 1",
                           entity);
}

Result<std::vector<core::SecretState>> SqliteSecretStore::live(const EntityUuid& entity) {
  return connection_.all(read_state,
                         "SELECT number, digest, created_at, expires_at, replaced_at, ended_at, last_used_at "
                         "FROM entity_secrets WHERE entity = ?1 AND (ended_at IS NULL OR number = "
                         "(SELECT max(number) FROM entity_secrets WHERE entity = ?1)) ORDER BY number DESC",
                         entity);
}

Result<std::vector<core::CurrentSecret>> SqliteSecretStore::current_of(core::EntityStatus status) {
  const auto read = [](Row& row) {
    return core::CurrentSecret{.expires_at = row.optional_instant(), .clock_shift = Duration(row.integer())};
  };
  return connection_.all(
      read,
      "SELECT s.expires_at, e.clock_shift FROM entities e JOIN entity_secrets s ON s.entity = e.uuid "
      "WHERE e.status = ? AND s.replaced_at IS NULL AND s.ended_at IS NULL",
      status);
}

Result<> SqliteSecretStore::insert(const EntityUuid& entity, const core::EntitySecret& secret) {
  const auto& state = secret.state;
  TRY(connection_.run_on_row(
      "INSERT INTO entity_secrets (entity, number, digest, data_key, ciphertext, created_at, expires_at, replaced_at, "
      "ended_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      entity, state.number, state.digest, secret.sealed.key, Blob{secret.sealed.bytes}, state.created_at,
      state.expires_at, state.replaced_at, state.ended_at, state.last_used_at));
  return mark_entity_changed(connection_, entity);
}

Result<> SqliteSecretStore::erase_texts_before(const EntityUuid& entity, std::int64_t number) {
  TRY(connection_.run(
      "UPDATE entity_secrets SET ciphertext = x'' WHERE entity = ? AND number < ? AND ciphertext != x''", entity,
      number));
  return {};
}

Result<> SqliteSecretStore::set_replaced(const EntityUuid& entity, std::int64_t number, Instant replaced_at) {
  TRY(connection_.run_on_row("UPDATE entity_secrets SET replaced_at = ? WHERE entity = ? AND number = ?", replaced_at,
                             entity, number));
  return mark_entity_changed(connection_, entity);
}

Result<> SqliteSecretStore::set_ended(const EntityUuid& entity, std::int64_t number, Instant ended_at) {
  TRY(connection_.run_on_row("UPDATE entity_secrets SET ended_at = ? WHERE entity = ? AND number = ?", ended_at, entity,
                             number));
  return mark_entity_changed(connection_, entity);
}

Result<> SqliteSecretStore::set_last_used(const EntityUuid& entity, std::int64_t number, Instant used_at) {
  return connection_.run_on_row(
      "UPDATE entity_secrets SET last_used_at = max(ifnull(last_used_at, ?1), ?1) WHERE entity = ?2 AND number = ?3",
      used_at, entity, number);
}

}  // namespace dwarpal::storage
