#include "storage/sqlite/audit_store.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace dwarpal::storage {

namespace {

core::AuditPosition read_place(Row& row) { return {.chain = row.integer(), .number = row.integer()}; }

/// One that has lost its length is one that does not fit: that is for the walk along the chain to tell.
crypto::Sha256 read_hmac(Row& row) {
  const auto bytes = row.blob();
  crypto::Sha256 hmac{};
  if (bytes.size() == hmac.size()) std::ranges::copy(std::as_bytes(std::span(bytes)), hmac.begin());
  return hmac;
}

core::AuditRecord read_audit_record(Row& row) {
  return {.position = read_place(row), .at = row.instant(), .event = row.text(), .hmac = read_hmac(row)};
}

core::AuditHead read_head(Row& row) { return {.position = read_place(row), .hmac = read_hmac(row)}; }

core::AuditAnchor read_anchor(Row& row) {
  return {.position = read_place(row), .hmac = read_hmac(row), .seal = read_hmac(row)};
}

constexpr std::string_view kInsert =
    "INSERT INTO audit_records (chain, number, at, event, hmac) VALUES (?, ?, ?, ?, ?)";
/// A statement for so many rows costs a third less than one for each.
constexpr std::size_t kRowsAtOnce = 16;

auto fields(const core::AuditRecord& record) {
  return std::tie(record.position.chain, record.position.number, record.at, record.event, record.hmac);
}

template <std::size_t... Rows>
Result<> insert_at_once(Connection& connection, std::span<const core::AuditRecord, sizeof...(Rows)> records,
                        std::index_sequence<Rows...>) {
  static const std::string sql = [] {
    std::string rows(kInsert);
    for (std::size_t row = 1; row < sizeof...(Rows); ++row) rows += ", (?, ?, ?, ?, ?)";
    return rows;
  }();
  TRY(std::apply([&](const auto&... values) { return connection.run(sql, values...); },
                 std::tuple_cat(fields(records[Rows])...)));
  return {};
}

}  // namespace

Result<core::AuditHead> SqliteAuditStore::head() {
  const auto head =
      TRY(connection_.first(read_head, "SELECT chain, number, hmac FROM audit_heads ORDER BY chain DESC LIMIT 1"));
  return head.value_or(core::AuditHead{});
}

Result<std::vector<core::AuditHead>> SqliteAuditStore::heads() {
  return connection_.all(read_head, "SELECT chain, number, hmac FROM audit_heads ORDER BY chain");
}

Result<> SqliteAuditStore::set_head(const core::AuditHead& head) {
  return connection_.run_on_row(
      "INSERT INTO audit_heads (chain, number, hmac) VALUES (?, ?, ?) "
      "ON CONFLICT DO UPDATE SET number = excluded.number, hmac = excluded.hmac",
      head.position.chain, head.position.number, head.hmac);
}

Result<> SqliteAuditStore::append(std::span<const core::AuditRecord> records) {
  for (; records.size() >= kRowsAtOnce; records = records.subspan(kRowsAtOnce)) {
    TRY(insert_at_once(connection_, records.first<kRowsAtOnce>(), std::make_index_sequence<kRowsAtOnce>()));
  }
  for (const auto& record : records) {
    TRY(std::apply([&](const auto&... values) { return connection_.run_on_row(kInsert, values...); }, fields(record)));
  }
  return {};
}

Result<std::vector<core::AuditRecord>> SqliteAuditStore::newest(const core::AuditRange& range, std::size_t limit) {
  // A walk along audit_records_by_time, whose entries end with chain and number; nothing is sorted.
  constexpr std::int64_t kEarliest = INT64_MIN;
  constexpr std::int64_t kLatest = INT64_MAX;
  const auto since = range.since ? unix_milliseconds(*range.since) : kEarliest;
  std::tuple end(range.until ? unix_milliseconds(*range.until) : kLatest, kEarliest, kEarliest);
  if (const auto& before = range.before) {
    end = std::min(end, std::tuple(unix_milliseconds(before->at), before->position.chain, before->position.number));
  }
  const auto& [at, chain, number] = end;
  return connection_.all(read_audit_record,
                         "SELECT chain, number, at, event, hmac FROM audit_records WHERE at >= ? "
                         "AND (at, chain, number) < (?, ?, ?) ORDER BY at DESC, chain DESC, number DESC LIMIT ?",
                         since, at, chain, number, limit);
}

Result<std::vector<core::AuditRecord>> SqliteAuditStore::records_after(core::AuditPosition after, std::size_t limit) {
  return connection_.all(read_audit_record,
                         "SELECT chain, number, at, event, hmac FROM audit_records WHERE (chain, number) > (?, ?) "
                         "ORDER BY chain, number LIMIT ?",
                         after.chain, after.number, limit);
}

Result<std::vector<core::AuditAnchor>> SqliteAuditStore::anchors() {
  return connection_.all(read_anchor, "SELECT chain, number, hmac, seal FROM audit_anchors ORDER BY chain");
}

Result<> SqliteAuditStore::remove_through(const core::AuditAnchor& anchor) {
  const auto& [chain, number] = anchor.position;
  TRY(connection_.run("DELETE FROM audit_records WHERE chain = ? AND number <= ?", chain, number));
  return connection_.run_on_row(
      "INSERT INTO audit_anchors (chain, number, hmac, seal) VALUES (?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET number = excluded.number, hmac = excluded.hmac, seal = excluded.seal",
      chain, number, anchor.hmac, anchor.seal);
}

}  // namespace dwarpal::storage
