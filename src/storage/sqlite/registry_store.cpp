#include "storage/sqlite/registry_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace dwarpal::storage {

namespace {

std::optional<boost::json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

core::RegistryRecord read_record(Row& row) {
  return {.id = row.identifier<EntityId>(),
          .type = row.parsed(core::parse_entity_type),
          .name = row.text(),
          .entity_handle = row.text(),
          .certificate_ids = {},
          .record = row.parsed(parse_object)};
}

}  // namespace

Result<std::optional<core::RegistryRecord>> SqliteRegistryStore::find(const EntityUuid& entity) {
  auto record = TRY(connection_.first(read_record,
                                      "SELECT e.id, e.type, r.name, r.entity_handle, r.record FROM registry_records r "
                                      "JOIN entities e ON e.uuid = r.entity WHERE r.entity = ?",
                                      entity));
  if (record) {
    record->certificate_ids =
        TRY(connection_.all([](Row& row) { return row.text(); },
                            "SELECT kid FROM registry_certificates WHERE entity = ? ORDER BY position", entity));
  }
  return record;
}

Result<> SqliteRegistryStore::put(const EntityUuid& entity, const core::RegistryRecord& record) {
  std::optional<std::string> folded_handle;
  if (!record.entity_handle.empty()) folded_handle = to_lower(record.entity_handle);
  TRY(connection_.run_on_row(
      "INSERT INTO registry_records (entity, name, entity_handle, folded_handle, record) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (entity) DO UPDATE SET name = excluded.name, entity_handle = excluded.entity_handle, "
      "folded_handle = excluded.folded_handle, record = excluded.record",
      entity, record.name, record.entity_handle, folded_handle, boost::json::serialize(record.record)));
  TRY(connection_.run("DELETE FROM registry_certificates WHERE entity = ?", entity));
  std::int64_t position = 0;
  for (const auto& kid : record.certificate_ids) {
    TRY(connection_.run_on_row("INSERT INTO registry_certificates (kid, entity, position) VALUES (?, ?, ?)", kid,
                               entity, ++position));
  }
  return {};
}

Result<bool> SqliteRegistryStore::handle_taken(std::string_view entity_handle, const EntityUuid& except) {
  return connection_.any("SELECT 1 FROM registry_records WHERE folded_handle = ? AND entity <> ?",
                         to_lower(entity_handle), except);
}

Result<bool> SqliteRegistryStore::certificate_id_taken(std::string_view kid, const EntityUuid& except) {
  return connection_.any("SELECT 1 FROM registry_certificates WHERE kid = ? AND entity <> ?", kid, except);
}

}  // namespace dwarpal::storage
