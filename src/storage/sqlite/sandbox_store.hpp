// SQLite's view of the credentials that a sandbox made.
#pragma once

#include "core/sandbox_credentials.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteSandboxStore final : public core::SandboxStore {
 public:
  explicit SqliteSandboxStore(Connection& connection) : connection_(connection) {}

  Result<std::vector<core::SandboxCredential>> list() override;
  Result<> put(const core::SandboxCredential& credential) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
