#include "storage/sqlite/revocation_store.hpp"

namespace dwarpal::storage {

core::RevokedToken read_revoked_token(Row& row) {
  return {.id = row.identifier<TokenId>(), .expires_at = row.instant()};
}

Result<> SqliteRevocationStore::insert(const core::RevokedToken& token) {
  return connection_.run_on_row(
      "INSERT INTO revoked_tokens (id, expires_at, changed) VALUES (?, ?, (SELECT change_counter + 1 FROM meta)) "
      "ON CONFLICT (id) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at), changed = excluded.changed",
      token.id, token.expires_at);
}

Result<std::vector<core::RevokedToken>> SqliteRevocationStore::list() {
  return connection_.all(read_revoked_token, "SELECT id, expires_at FROM revoked_tokens");
}

Result<std::int64_t> SqliteRevocationStore::remove_expired(Instant now) {
  return connection_.run("DELETE FROM revoked_tokens WHERE expires_at <= ?", now);
}

}  // namespace dwarpal::storage
