#include "storage/sqlite/audit_store.hpp"

#include <algorithm>

namespace dwarpal::storage {

namespace {

core::AuditRecord read_record(Row& row) {
  return {
      .chain = row.integer(), .number = row.integer(), .at = row.instant(), .event = row.text(), .hmac = row.digest()};
}

core::AuditHead read_head(Row& row) { return {.chain = row.integer(), .number = row.integer(), .hmac = row.digest()}; }

}  // namespace

Result<core::AuditHead> SqliteAuditStore::head() {
  const auto head =
      TRY(connection_.first(read_head, "SELECT chain, number, hmac FROM audit_heads ORDER BY chain DESC LIMIT 1"));
  return head.value_or(core::AuditHead{});
}

Result<> SqliteAuditStore::append(const core::AuditRecord& record, const core::AuditHead& head) {
  TRY(connection_.run_on_row("INSERT INTO audit_records (chain, number, at, event, hmac) VALUES (?, ?, ?, ?, ?)",
                             record.chain, record.number, record.at, record.event, record.hmac));
  return connection_.run_on_row(
      "INSERT INTO audit_heads (chain, number, hmac) VALUES (?, ?, ?) "
      "ON CONFLICT DO UPDATE SET number = excluded.number, hmac = excluded.hmac",
      head.chain, head.number, head.hmac);
}

Result<std::vector<core::AuditRecord>> SqliteAuditStore::list(const core::AuditFilter& filter) {
  // A walk from the newest back to the oldest: the table has no index but its own order.
  auto records =
      TRY(connection_.all(read_record,
                          "SELECT chain, number, at, event, hmac FROM audit_records WHERE (?1 IS NULL OR at >= ?1) "
                          "AND (?2 IS NULL OR at < ?2) "
                          "AND (?3 = '' OR event ->> 'action' = ?3 "
                          "     OR (substr(?3, -1) = '.' AND substr(event ->> 'action', 1, length(?3)) = ?3)) "
                          "AND (?4 = '' OR event ->> 'subject' = ?4) AND (?5 = '' OR event ->> 'actor' = ?5) "
                          "ORDER BY chain DESC, number DESC LIMIT ?6",
                          filter.from, filter.until, filter.action, filter.subject, filter.actor, filter.limit));
  std::ranges::reverse(records);
  return records;
}

Result<std::vector<core::AuditRecord>> SqliteAuditStore::records_after(std::int64_t after, std::size_t limit) {
  const auto newest = TRY(head());
  return connection_.all(read_record,
                         "SELECT chain, number, at, event, hmac FROM audit_records WHERE chain = ? AND number > ? "
                         "ORDER BY number LIMIT ?",
                         newest.chain, after, limit);
}

}  // namespace dwarpal::storage
