// SQLite's view of what only a sandbox remembers.
#pragma once

#include "core/sandbox/sandbox_store.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteSandboxStore final : public core::SandboxStore {
 public:
  explicit SqliteSandboxStore(Connection& connection) : connection_(connection) {}

  Result<std::vector<core::SandboxCredential>> list() override;
  Result<> put(const core::SandboxCredential& credential) override;
  Result<> add_mock_entity(const UserUuid& user, const EntityUuid& entity) override;
  Result<std::int64_t> count_mock_entities(const UserUuid& user) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
