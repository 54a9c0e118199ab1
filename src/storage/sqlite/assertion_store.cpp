#include "storage/sqlite/assertion_store.hpp"

namespace dwarpal::storage {

Result<bool> SqliteAssertionStore::use(const EntityUuid& entity, const crypto::Sha256& id_digest, Instant now,
                                       Instant until) {
  const auto rows = TRY(connection_.run(
      "INSERT INTO used_assertions (entity, id_digest, kept_until) VALUES (?, ?, ?) "
      "ON CONFLICT (entity, id_digest) DO UPDATE SET kept_until = excluded.kept_until WHERE kept_until <= ?",
      entity, id_digest, until, now));
  return rows == 1;
}

Result<std::int64_t> SqliteAssertionStore::remove_ended(Instant now) {
  return connection_.run("DELETE FROM used_assertions WHERE kept_until <= ?", now);
}

}  // namespace dwarpal::storage
