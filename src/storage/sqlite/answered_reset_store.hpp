// SQLite's view of resets that came with an Idempotency-Key.
#pragma once

#include "core/entity/answered_reset.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteAnsweredResetStore final : public core::AnsweredResetStore {
 public:
  explicit SqliteAnsweredResetStore(Connection& connection) : connection_(connection) {}

  Result<std::optional<core::AnsweredReset>> find(const crypto::Sha256& key_digest) override;
  Result<> put(const core::AnsweredReset& reset) override;
  Result<std::int64_t> forget(Instant until) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
