#include "storage/sqlite/network_store.hpp"

#include "storage/sqlite/migrations.hpp"

namespace dwarpal::storage {

using core::Profile;

Result<std::optional<Profile>> SqliteNetworkStore::profile() {
  return connection_.first([](Row& row) { return row.parsed(core::parse_profile); },
                           "SELECT profile FROM meta WHERE profile IS NOT NULL");
}

Result<> SqliteNetworkStore::set_profile(Profile profile) {
  return connection_.run_on_row("UPDATE meta SET profile = ?", core::to_string(profile));
}

Result<std::optional<std::string>> SqliteNetworkStore::public_base_url() {
  return connection_.first([](Row& row) { return row.text(); },
                           "SELECT public_base_url FROM meta WHERE public_base_url IS NOT NULL");
}

Result<> SqliteNetworkStore::set_public_base_url(const std::string& url) {
  return connection_.run_on_row("UPDATE meta SET public_base_url = ?", url);
}

Result<int> SqliteNetworkStore::schema_version() { return TRY(storage::schema_version(connection_)).value_or(0); }

Result<std::int64_t> SqliteNetworkStore::size() {
  const auto bytes =
      TRY(connection_.first([](Row& row) { return row.integer(); },
                            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"));
  return bytes.value_or(0);
}

Result<> SqliteNetworkStore::accept_clock(Instant now) {
  return connection_.run_on_row("UPDATE meta SET newest_commit = ?", now);
}

}  // namespace dwarpal::storage
