#include "storage/sqlite/signing_key_store.hpp"

namespace dwarpal::storage {

namespace {

core::SigningKey read_key(Row& row) {
  return {.id = row.identifier<KeyId>(),
          .algorithm = row.parsed(crypto::parse_signature_algorithm),
          .state = row.parsed(core::parse_signing_key_state),
          .private_key = row.sealed(),
          .certificate = row.blob(),
          .created_at = row.instant(),
          .activated_at = row.optional_instant(),
          .retired_at = row.optional_instant()};
}

/// What a key ring has to read anew.
Result<> mark_changed(Connection& connection) {
  return connection.run_on_row("UPDATE meta SET signing_keys_changed = change_counter + 1");
}

}  // namespace

Result<std::vector<core::SigningKey>> SqliteSigningKeyStore::list() {
  return connection_.all(read_key,
                         "SELECT id, algorithm, state, data_key, private_key, certificate, created_at, activated_at, "
                         "retired_at FROM signing_keys ORDER BY position");
}

Result<> SqliteSigningKeyStore::insert(const core::SigningKey& key) {
  TRY(connection_.run_on_row(
      "INSERT INTO signing_keys (id, algorithm, state, data_key, private_key, certificate, created_at, activated_at, "
      "retired_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      key.id, key.algorithm, key.state, key.private_key.key, Blob{key.private_key.bytes}, Blob{key.certificate},
      key.created_at, key.activated_at, key.retired_at));
  return mark_changed(connection_);
}

Result<> SqliteSigningKeyStore::update(const core::SigningKey& key) {
  TRY(connection_.run_on_row("UPDATE signing_keys SET state = ?, activated_at = ?, retired_at = ? WHERE id = ?",
                             key.state, key.activated_at, key.retired_at, key.id));
  return mark_changed(connection_);
}

}  // namespace dwarpal::storage
