#include "storage/sqlite/registry_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "storage/sqlite/changes.hpp"

namespace dwarpal::storage {

namespace {

std::optional<boost::json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

core::RegistryRecord read_registry_record(Row& row) {
  return {.id = row.identifier<EntityId>(),
          .type = row.parsed(core::parse_entity_type),
          .name = row.text(),
          .entity_handle = row.text(),
          .certificate_ids = {},
          .record = row.parsed(parse_object),
          .complete = row.flag()};
}

std::string select_answers(std::string_view rest) {
  return "SELECT e.id, e.type, e.status, ifnull(r.complete, 0), ifnull(r.record, '') FROM entities e "
         "LEFT JOIN registry_records r ON r.entity = e.uuid " +
         std::string(rest);
}

core::RegistryAnswer read_answer(Row& row) {
  return {.id = row.identifier<EntityId>(),
          .type = row.parsed(core::parse_entity_type),
          .status = row.parsed(core::parse_entity_status),
          .complete = row.flag(),
          .text = row.text()};
}

}  // namespace

Result<std::optional<core::RegistryRecord>> SqliteRegistryStore::find(const EntityUuid& entity) {
  auto record = TRY(connection_.first(read_registry_record,
                                      "SELECT e.id, e.type, r.name, r.entity_handle, r.record, r.complete "
                                      "FROM registry_records r JOIN entities e ON e.uuid = r.entity WHERE r.entity = ?",
                                      entity));
  if (record) {
    record->certificate_ids =
        TRY(connection_.all([](Row& row) { return row.text(); },
                            "SELECT kid FROM registry_certificates WHERE entity = ? ORDER BY position", entity));
  }
  return record;
}

Result<std::vector<core::RegistryAnswer>> SqliteRegistryStore::answers() {
  return connection_.all(read_answer, select_answers("ORDER BY e.id"));
}

Result<std::optional<core::RegistryAnswer>> SqliteRegistryStore::answer(const EntityId& id) {
  return connection_.first(read_answer, select_answers("WHERE e.id = ?"), id);
}

Result<> SqliteRegistryStore::put(const EntityUuid& entity, const core::RegistryRecord& record) {
  std::optional<std::string> folded_handle;
  if (!record.entity_handle.empty()) folded_handle = to_lower(record.entity_handle);
  TRY(connection_.run_on_row(
      "INSERT INTO registry_records (entity, name, entity_handle, folded_handle, record, complete) VALUES (?, ?, ?, ?, "
      "?, ?) "
      "ON CONFLICT (entity) DO UPDATE SET name = excluded.name, entity_handle = excluded.entity_handle, "
      "folded_handle = excluded.folded_handle, record = excluded.record, complete = excluded.complete",
      entity, record.name, record.entity_handle, folded_handle, boost::json::serialize(record.record),
      record.complete));
  TRY(connection_.run("DELETE FROM registry_certificates WHERE entity = ?", entity));
  std::int64_t position = 0;
  for (const auto& kid : record.certificate_ids) {
    TRY(connection_.run_on_row("INSERT INTO registry_certificates (kid, entity, position) VALUES (?, ?, ?)", kid,
                               entity, ++position));
  }
  return mark_entity_changed(connection_, entity);
}

Result<bool> SqliteRegistryStore::handle_taken(std::string_view entity_handle, const EntityUuid& except) {
  return connection_.any("SELECT 1 FROM registry_records WHERE folded_handle = ? AND entity <> ?",
                         to_lower(entity_handle), except);
}

Result<bool> SqliteRegistryStore::certificate_id_taken(std::string_view kid, const EntityUuid& except) {
  return connection_.any("SELECT 1 FROM registry_certificates WHERE kid = ? AND entity <> ?", kid, except);
}

}  // namespace dwarpal::storage
