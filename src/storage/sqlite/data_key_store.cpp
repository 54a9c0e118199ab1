#include "storage/sqlite/data_key_store.hpp"

namespace dwarpal::storage {

namespace {

core::WrappedDataKey read_data_key(Row& row) {
  return {.id = row.identifier<DataKeyId>(),
          .purpose = row.parsed(core::parse_data_key_purpose),
          .wrapped = row.blob(),
          .created_at = row.instant(),
          .master_key_place = row.text(),
          .wrapped_anew_at = row.optional_instant()};
}

}  // namespace

Result<std::vector<core::WrappedDataKey>> SqliteDataKeyStore::list() {
  return connection_.all(read_data_key,
                         "SELECT id, purpose, wrapped, created_at, master_key_place, wrapped_anew_at FROM data_keys "
                         "ORDER BY position");
}

Result<> SqliteDataKeyStore::insert(const core::WrappedDataKey& key) {
  return connection_.run_on_row("INSERT INTO data_keys (id, purpose, wrapped, created_at) VALUES (?, ?, ?, ?)", key.id,
                                key.purpose, Blob{key.wrapped}, key.created_at);
}

Result<> SqliteDataKeyStore::update(const core::WrappedDataKey& key) {
  return connection_.run_on_row(
      "UPDATE data_keys SET wrapped = ?, master_key_place = ?, wrapped_anew_at = ? WHERE id = ?", Blob{key.wrapped},
      key.master_key_place, key.wrapped_anew_at, key.id);
}

}  // namespace dwarpal::storage
