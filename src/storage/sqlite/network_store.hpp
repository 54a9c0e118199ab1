// SQLite's view of what exists once a store.
#pragma once

#include "core/network_store.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteNetworkStore final : public core::NetworkStore {
 public:
  explicit SqliteNetworkStore(Connection& connection) : connection_(connection) {}

  Result<std::optional<core::Profile>> profile() override;
  Result<> set_profile(core::Profile profile) override;
  Result<std::optional<std::string>> public_base_url() override;
  Result<> set_public_base_url(const std::string& url) override;
  Result<int> schema_version() override;
  Result<std::int64_t> size() override;
  Result<> accept_clock(Instant now) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
