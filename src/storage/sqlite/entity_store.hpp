// SQLite's view of entities.
#pragma once

#include "core/entity/entity.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteEntityStore final : public core::EntityStore {
 public:
  explicit SqliteEntityStore(Connection& connection) : connection_(connection) {}

  Result<std::optional<core::Entity>> find(const EntityId& id) override;
  Result<std::optional<core::Entity>> find(const EntityUuid& uuid) override;
  Result<bool> exists_ignoring_case(const EntityId& id) override;
  Result<std::vector<core::Entity>> list(const EntityId& after, std::size_t limit) override;
  Result<std::vector<core::Entity>> search(const core::EntityFilter& filter) override;
  Result<> insert(const core::Entity& entity) override;
  Result<> update(const core::Entity& entity) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
