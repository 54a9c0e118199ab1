// SQLite's view of the links of emails.
#pragma once

#include "core/user/link.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteLinkStore final : public core::LinkStore {
 public:
  explicit SqliteLinkStore(Connection& connection) : connection_(connection) {}

  Result<> insert(const core::Link& link) override;
  Result<std::optional<core::Link>> find_open(const crypto::Sha256& token_hash, Instant now) override;
  Result<std::optional<core::Link>> newest_open(const UserUuid& user, core::LinkPurpose purpose, Instant now) override;
  Result<std::int64_t> count_since(const UserUuid& user, Instant since) override;
  Result<> end_open(const UserUuid& user, std::optional<core::LinkPurpose> purpose, Instant now) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
