#include "storage/sqlite/entity_store.hpp"

#include "base/text.hpp"

namespace dwarpal::storage {

namespace {

std::string select_entities(std::string_view rest) {
  return "SELECT uuid, id, type, name, status, status_before_suspension, tokens_not_before, clock_shift, created_at, "
         "created_by FROM entities " +
         std::string(rest);
}

core::Entity read_entity(Row& row) {
  return {.uuid = row.identifier<EntityUuid>(),
          .id = row.identifier<EntityId>(),
          .type = row.parsed(core::parse_entity_type),
          .name = row.text(),
          .status = row.parsed(core::parse_entity_status),
          .status_before_suspension = row.if_present([](Row& r) { return r.parsed(core::parse_entity_status); }),
          .tokens_not_before = row.optional_instant(),
          .clock_shift = Duration(row.integer()),
          .created_at = row.instant(),
          .created_by = row.text()};
}

}  // namespace

Result<std::optional<core::Entity>> SqliteEntityStore::find(const EntityId& id) {
  return connection_.first(read_entity, select_entities("WHERE id = ?"), id);
}

Result<std::optional<core::Entity>> SqliteEntityStore::find(const EntityUuid& uuid) {
  return connection_.first(read_entity, select_entities("WHERE uuid = ?"), uuid);
}

Result<bool> SqliteEntityStore::exists_ignoring_case(const EntityId& id) {
  return connection_.any("SELECT 1 FROM entities WHERE folded_id = ?", to_lower(id.text()));
}

Result<std::vector<core::Entity>> SqliteEntityStore::list(const EntityId& after, std::size_t limit) {
  return connection_.all(read_entity, select_entities("WHERE id > ? ORDER BY id LIMIT ?"), after, limit);
}

Result<std::vector<core::Entity>> SqliteEntityStore::search(const core::EntityFilter& filter) {
  return connection_.all(
      read_entity,
      select_entities("WHERE id > ?1 AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR status = ?3) "
                      "AND (instr(folded_id, ?4) > 0 OR instr(lower(name), ?4) > 0) ORDER BY id LIMIT ?5"),
      filter.after, filter.type, filter.status, to_lower(filter.text), filter.limit);
}

Result<> SqliteEntityStore::insert(const core::Entity& entity) {
  return connection_.run_on_row(
      "INSERT INTO entities (uuid, id, folded_id, type, name, status, status_before_suspension, tokens_not_before, "
      "clock_shift, created_at, created_by, changed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT change_counter + 1 FROM meta))",
      entity.uuid, entity.id, to_lower(entity.id.text()), entity.type, entity.name, entity.status,
      entity.status_before_suspension, entity.tokens_not_before, entity.clock_shift, entity.created_at,
      entity.created_by);
}

Result<> SqliteEntityStore::update(const core::Entity& entity) {
  return connection_.run_on_row(
      "UPDATE entities SET name = ?, status = ?, status_before_suspension = ?, tokens_not_before = ?, "
      "clock_shift = ?, changed = (SELECT change_counter + 1 FROM meta) WHERE uuid = ?",
      entity.name, entity.status, entity.status_before_suspension, entity.tokens_not_before, entity.clock_shift,
      entity.uuid);
}

}  // namespace dwarpal::storage
