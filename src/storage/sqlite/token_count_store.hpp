// SQLite's view of the counts of tokens.
#pragma once

#include "core/audit/token_statistics.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteTokenCountStore final : public core::TokenCountStore {
 public:
  explicit SqliteTokenCountStore(Connection& connection) : connection_(connection) {}

  Result<> add(const core::TokenCount& count) override;
  Result<std::vector<core::TokenCount>> list(const core::TokenCountRange& range,
                                             const std::optional<EntityUuid>& entity) override;
  Result<std::int64_t> remove_before(Instant hour) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
