#include "storage/sqlite/network_store.hpp"

namespace dwarpal::storage {

namespace {

using core::Profile;

std::string_view name_of(Profile profile) {
  switch (profile) {
    case Profile::Sandbox: return "sandbox";
    case Profile::Uat: return "uat";
    case Profile::Production: return "production";
  }
  return {};
}

std::optional<Profile> profile_called(std::string_view name) {
  for (const auto profile : {Profile::Sandbox, Profile::Uat, Profile::Production}) {
    if (name == name_of(profile)) return profile;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<Profile>> SqliteNetworkStore::profile() {
  return connection_.first([](Row& row) { return row.parsed(profile_called); },
                           "SELECT profile FROM meta WHERE profile IS NOT NULL");
}

Result<> SqliteNetworkStore::set_profile(Profile profile) {
  return connection_.run_on_row("UPDATE meta SET profile = ?", name_of(profile));
}

Result<> SqliteNetworkStore::accept_clock(Instant now) {
  return connection_.run_on_row("UPDATE meta SET newest_commit = ?", now);
}

}  // namespace dwarpal::storage
