// SQLite's view of registry records.
#pragma once

#include "core/registry/registry_record.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteRegistryStore final : public core::RegistryStore {
 public:
  explicit SqliteRegistryStore(Connection& connection) : connection_(connection) {}

  Result<std::optional<core::RegistryRecord>> find(const EntityUuid& entity) override;
  Result<std::vector<core::RegistryAnswer>> answers() override;
  Result<std::optional<core::RegistryAnswer>> answer(const EntityId& id) override;
  Result<> put(const EntityUuid& entity, const core::RegistryRecord& record) override;
  Result<bool> handle_taken(std::string_view entity_handle, const EntityUuid& except) override;
  Result<bool> certificate_id_taken(std::string_view kid, const EntityUuid& except) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
