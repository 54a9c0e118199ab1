#include "storage/sqlite/link_store.hpp"

#include "core/mail/outbox.hpp"

namespace dwarpal::storage {

namespace {

core::Link read_link(Row& row) {
  return {.token_hash = row.digest(),
          .user = row.identifier<UserUuid>(),
          .purpose = row.parsed(core::parse_link_purpose),
          .created_at = row.instant(),
          .expires_at = row.instant()};
}

}  // namespace

Result<> SqliteLinkStore::insert(const core::Link& link) {
  return connection_.run_on_row(
      "INSERT INTO links (token_hash, user, purpose, created_at, expires_at) VALUES (?, ?, ?, ?, ?)", link.token_hash,
      link.user, link.purpose, link.created_at, link.expires_at);
}

Result<std::optional<core::Link>> SqliteLinkStore::find_open(const crypto::Sha256& token_hash, Instant now) {
  return connection_.first(read_link,
                           "SELECT token_hash, user, purpose, created_at, expires_at FROM links "
                           "WHERE token_hash = ? AND ended_at IS NULL AND expires_at > ?",
                           token_hash, now);
}

Result<std::optional<core::Link>> SqliteLinkStore::newest_open(const UserUuid& user, core::LinkPurpose purpose,
                                                               Instant now) {
  return connection_.first(read_link,
                           "SELECT token_hash, user, purpose, created_at, expires_at FROM links WHERE user = ? AND "
                           "purpose = ? AND ended_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT 1",
                           user, purpose, now);
}

Result<std::int64_t> SqliteLinkStore::count_since(const UserUuid& user, Instant since) {
  const auto count =
      TRY(connection_.first([](Row& row) { return row.integer(); },
                            "SELECT count(*) FROM links WHERE user = ? AND created_at >= ?", user, since));
  return count.value_or(0);
}

Result<> SqliteLinkStore::end_open(const UserUuid& user, std::optional<core::LinkPurpose> purpose, Instant now) {
  TRY(
      connection_.run("UPDATE links SET ended_at = ? WHERE user = ? AND purpose = ifnull(?, purpose) "
                      "AND ended_at IS NULL",
                      now, user, purpose));
  TRY(
      connection_.run("UPDATE mails SET link = NULL, link_data_key = NULL, state = iif(state = ?, ?, state) "
                      "WHERE link IS NOT NULL AND link_hash IN (SELECT token_hash FROM links WHERE user = ? "
                      "AND purpose = ifnull(?, purpose))",
                      core::MailState::Waiting, core::MailState::Withdrawn, user, purpose));
  return {};
}

}  // namespace dwarpal::storage
