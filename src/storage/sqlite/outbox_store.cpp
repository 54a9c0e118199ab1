#include "storage/sqlite/outbox_store.hpp"

namespace dwarpal::storage {

namespace {

std::string select_mails(std::string_view rest) {
  return "SELECT id, kind, recipient, subject, body_data_key, body, link_data_key, link, link_hash, state, attempts, "
         "created_at, next_attempt_at, delivered_at, last_error FROM mails " +
         std::string(rest);
}

std::optional<core::Sealed> read_sealed_link(Row& row) {
  auto key = row.if_present([](Row& r) { return r.identifier<DataKeyId>(); });
  auto bytes = row.if_present([](Row& r) { return r.blob(); });
  if (!key || !bytes) return std::nullopt;
  return core::Sealed{.key = std::move(*key), .bytes = std::move(*bytes)};
}

core::Mail read_mail(Row& row) {
  return {.id = row.text(),
          .kind = row.text(),
          .to = row.text(),
          .subject = row.text(),
          .body = row.sealed(),
          .link = read_sealed_link(row),
          .link_hash = row.if_present([](Row& r) { return r.digest(); }),
          .state = row.parsed(core::parse_mail_state),
          .attempts = static_cast<int>(row.integer()),
          .created_at = row.instant(),
          .next_attempt_at = row.instant(),
          .delivered_at = row.optional_instant(),
          .last_error = row.text()};
}

}  // namespace

Result<> SqliteOutboxStore::insert(const core::Mail& mail) {
  std::optional<DataKeyId> link_key;
  std::optional<Blob> link;
  if (mail.link) {
    link_key = mail.link->key;
    link = Blob{mail.link->bytes};
  }
  return connection_.run_on_row(
      "INSERT INTO mails (id, kind, recipient, subject, body_data_key, body, link_data_key, link, link_hash, state, "
      "attempts, created_at, next_attempt_at, delivered_at, last_error) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      mail.id, mail.kind, mail.to, mail.subject, mail.body.key, Blob{mail.body.bytes}, link_key, link, mail.link_hash,
      mail.state, mail.attempts, mail.created_at, mail.next_attempt_at, mail.delivered_at, mail.last_error);
}

Result<std::optional<core::Mail>> SqliteOutboxStore::find(std::string_view id) {
  return connection_.first(read_mail, select_mails("WHERE id = ?"), id);
}

Result<std::vector<core::Mail>> SqliteOutboxStore::search(const core::MailFilter& filter) {
  return connection_.all(read_mail,
                         select_mails("WHERE (?1 = '' OR recipient = ?1) AND (?2 IS NULL OR state = ?2) "
                                      "AND (?3 = '' OR position < (SELECT position FROM mails WHERE id = ?3)) "
                                      "ORDER BY position DESC LIMIT ?4"),
                         filter.to, filter.state, filter.after, filter.limit);
}

Result<core::OutboxBacklog> SqliteOutboxStore::backlog() {
  const auto read = [](Row& row) {
    return core::OutboxBacklog{
        .waiting = row.integer(), .given_up = row.integer(), .oldest_waiting = row.optional_instant()};
  };
  const auto found = TRY(connection_.first(read,
                                           "SELECT count(*) FILTER (WHERE state = ?1), "
                                           "count(*) FILTER (WHERE state = ?2), "
                                           "min(created_at) FILTER (WHERE state = ?1) FROM mails",
                                           core::MailState::Waiting, core::MailState::GivenUp));
  return found.value_or(core::OutboxBacklog{});
}

Result<std::vector<core::Mail>> SqliteOutboxStore::due(Instant now, std::size_t limit) {
  return connection_.all(
      read_mail, select_mails("WHERE state = ? AND next_attempt_at <= ? ORDER BY next_attempt_at, position LIMIT ?"),
      core::MailState::Waiting, now, limit);
}

Result<> SqliteOutboxStore::update(const core::Mail& mail) {
  return connection_.run_on_row(
      "UPDATE mails SET state = ?1, attempts = ?2, next_attempt_at = ?3, delivered_at = ?4, last_error = ?5, "
      "link = iif(?6, link, NULL), link_data_key = iif(?6, link_data_key, NULL) WHERE id = ?7",
      mail.state, mail.attempts, mail.next_attempt_at, mail.delivered_at, mail.last_error, mail.link.has_value(),
      mail.id);
}

Result<std::int64_t> SqliteOutboxStore::erase_ended_links(Instant now) {
  return connection_.run(
      "UPDATE mails SET link = NULL, link_data_key = NULL, state = iif(state = ?, ?, state) WHERE link IS NOT NULL "
      "AND link_hash IN (SELECT token_hash FROM links WHERE expires_at <= ?3 OR ended_at <= ?3)",
      core::MailState::Waiting, core::MailState::Withdrawn, now);
}

}  // namespace dwarpal::storage
