#include "storage/sqlite/answered_reset_store.hpp"

namespace dwarpal::storage {

namespace {

core::AnsweredReset read_answered_reset(Row& row) {
  return {.key_digest = row.digest(),
          .entity = row.identifier<EntityUuid>(),
          .number = row.integer(),
          .expiry_days = row.if_present([](Row& r) { return r.integer(); }),
          .end_older = row.flag(),
          .txn_id = row.text(),
          .answered_at = row.instant(),
          .expires_at = row.instant(),
          .message = row.text()};
}

}  // namespace

Result<std::optional<core::AnsweredReset>> SqliteAnsweredResetStore::find(const crypto::Sha256& key_digest) {
  return connection_.first(read_answered_reset,
                           "SELECT key_digest, entity, number, expiry_days, end_older, txn_id, answered_at, "
                           "expires_at, message FROM answered_resets WHERE key_digest = ?",
                           key_digest);
}

Result<> SqliteAnsweredResetStore::put(const core::AnsweredReset& reset) {
  return connection_.run_on_row(
      "INSERT OR REPLACE INTO answered_resets (key_digest, entity, number, expiry_days, end_older, txn_id, "
      "answered_at, "
      "expires_at, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      reset.key_digest, reset.entity, reset.number, reset.expiry_days, reset.end_older, reset.txn_id, reset.answered_at,
      reset.expires_at, reset.message);
}

Result<std::int64_t> SqliteAnsweredResetStore::forget(Instant until) {
  return connection_.run("DELETE FROM answered_resets WHERE answered_at <= ?", until);
}

}  // namespace dwarpal::storage
