// SQLite's view of all ciphertexts.
#pragma once

#include "core/sealed_values.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteSealedValueStore final : public core::SealedValueStore {
 public:
  explicit SqliteSealedValueStore(Connection& connection) : connection_(connection) {}

  Result<> visit(const std::function<void(const std::string& row, const core::Sealed& sealed)>& call) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
