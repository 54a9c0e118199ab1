// SQLite's view of the wrapped data keys.
#pragma once

#include "core/data_keys.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteDataKeyStore final : public core::DataKeyStore {
 public:
  explicit SqliteDataKeyStore(Connection& connection) : connection_(connection) {}

  Result<std::vector<core::WrappedDataKey>> list() override;
  Result<> insert(const core::WrappedDataKey& key) override;
  Result<> update(const core::WrappedDataKey& key) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
