#include "storage/sqlite/signing_key_store.hpp"

namespace dwarpal::storage {

namespace {

core::SigningKey read_signing_key(Row& row) {
  return {.id = row.identifier<KeyId>(),
          .kind = {.algorithm = row.parsed(crypto::parse_signature_algorithm),
                   .rsa_bits = static_cast<unsigned>(row.integer())},
          .state = row.parsed(core::parse_signing_key_state),
          .private_key = row.sealed(),
          .certificate = row.blob(),
          .published_at = row.instant(),
          .signs_from = row.instant(),
          .signed_until = row.optional_instant(),
          .token_lifetime = Duration(row.integer()),
          .published_until = row.optional_instant()};
}

/// What a key ring has to read anew.
Result<> mark_changed(Connection& connection) {
  return connection.run_on_row("UPDATE meta SET signing_keys_changed = change_counter + 1");
}

}  // namespace

Result<std::vector<core::SigningKey>> SqliteSigningKeyStore::list() {
  return connection_.all(read_signing_key,
                         "SELECT id, algorithm, rsa_bits, state, data_key, private_key, certificate, published_at, "
                         "signs_from, signed_until, token_lifetime, published_until "
                         "FROM signing_keys ORDER BY position");
}

Result<> SqliteSigningKeyStore::insert(const core::SigningKey& key) {
  TRY(connection_.run_on_row(
      "INSERT INTO signing_keys (id, algorithm, rsa_bits, state, data_key, private_key, certificate, published_at, "
      "signs_from, signed_until, token_lifetime, published_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      key.id, key.kind.algorithm, key.kind.rsa_bits, key.state, key.private_key.key, Blob{key.private_key.bytes},
      Blob{key.certificate}, key.published_at, key.signs_from, key.signed_until, key.token_lifetime,
      key.published_until));
  return mark_changed(connection_);
}

Result<> SqliteSigningKeyStore::update(const core::SigningKey& key) {
  TRY(
      connection_.run_on_row("UPDATE signing_keys SET state = ?, data_key = ?, private_key = ?, signs_from = ?, "
                             "signed_until = ?, token_lifetime = ?, published_until = ? WHERE id = ?",
                             key.state, key.private_key.key, Blob{key.private_key.bytes}, key.signs_from,
                             key.signed_until, key.token_lifetime, key.published_until, key.id));
  return mark_changed(connection_);
}

}  // namespace dwarpal::storage
