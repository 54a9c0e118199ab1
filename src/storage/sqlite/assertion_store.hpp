// SQLite's view of the assertions that were used.
#pragma once

#include "core/entity/client_assertion.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteAssertionStore final : public core::AssertionStore {
 public:
  explicit SqliteAssertionStore(Connection& connection) : connection_(connection) {}

  Result<bool> use(const EntityUuid& entity, const crypto::Sha256& id_digest, Instant now, Instant until) override;
  Result<std::int64_t> remove_ended(Instant now) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
