// SQLite's view of revoked tokens.
#pragma once

#include "core/signing/revoked_tokens.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteRevocationStore final : public core::RevocationStore {
 public:
  explicit SqliteRevocationStore(Connection& connection) : connection_(connection) {}

  Result<> insert(const core::RevokedToken& token) override;
  Result<std::vector<core::RevokedToken>> list() override;
  Result<std::int64_t> remove_expired(Instant now) override;

 private:
  Connection& connection_;
};

/// A row of `id, expires_at`.
[[nodiscard]] core::RevokedToken read_revoked_token(Row& row);

}  // namespace dwarpal::storage
