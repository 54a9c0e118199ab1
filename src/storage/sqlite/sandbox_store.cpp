#include "storage/sqlite/sandbox_store.hpp"

#include "core/entity/entity.hpp"

namespace dwarpal::storage {

namespace {

using Kind = core::SandboxCredential::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::Password: return "password";
    case Kind::PrivateJwk: return "private-jwk";
  }
  return {};
}

std::optional<Kind> kind_called(std::string_view name) {
  for (const auto kind : {Kind::Password, Kind::PrivateJwk}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

core::SandboxCredential read_credential(Row& row) {
  return {.kind = row.parsed(kind_called), .name = row.text(), .sealed = row.sealed(), .made_at = row.instant()};
}

}  // namespace

Result<std::vector<core::SandboxCredential>> SqliteSandboxStore::list() {
  return connection_.all(read_credential,
                         "SELECT kind, name, data_key, ciphertext, made_at FROM sandbox_credentials "
                         "ORDER BY kind, name");
}

Result<> SqliteSandboxStore::put(const core::SandboxCredential& credential) {
  return connection_.run_on_row(
      "INSERT INTO sandbox_credentials (kind, name, data_key, ciphertext, made_at) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET data_key = excluded.data_key, ciphertext = excluded.ciphertext, "
      "made_at = excluded.made_at",
      name_of(credential.kind), credential.name, credential.sealed.key, Blob{credential.sealed.bytes},
      credential.made_at);
}

Result<> SqliteSandboxStore::add_mock_entity(const UserUuid& user, const EntityUuid& entity) {
  return connection_.run_on_row("INSERT INTO mock_entities (entity, user) VALUES (?, ?)", entity, user);
}

Result<std::int64_t> SqliteSandboxStore::count_mock_entities(const UserUuid& user) {
  const auto count =
      TRY(connection_.first([](Row& row) { return row.integer(); },
                            "SELECT count(*) FROM mock_entities JOIN entities ON uuid = entity WHERE user = ? "
                            "AND status <> ?",
                            user, core::EntityStatus::Deregistered));
  return count.value_or(0);
}

}  // namespace dwarpal::storage
