// SQLite's view of the signing keys.
#pragma once

#include "core/signing/signing_key.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteSigningKeyStore final : public core::SigningKeyStore {
 public:
  explicit SqliteSigningKeyStore(Connection& connection) : connection_(connection) {}

  Result<std::vector<core::SigningKey>> list() override;
  Result<> insert(const core::SigningKey& key) override;
  Result<> update(const core::SigningKey& key) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
