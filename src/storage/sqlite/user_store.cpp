#include "storage/sqlite/user_store.hpp"

#include "base/text.hpp"

namespace dwarpal::storage {

namespace {

constexpr std::int64_t kSignInAddressesKept = 64;

std::string select_users(std::string_view rest) {
  return "SELECT uuid, email, first_name, last_name, mobile, status, status_before_suspension, operator_role, "
         "credential_version, password_hash, password_set_at, tokens_not_before, created_at FROM users " +
         std::string(rest);
}

core::User read_user(Row& row) {
  return {.uuid = row.identifier<UserUuid>(),
          .email = core::Email::stored(row.text()),
          .first_name = row.text(),
          .last_name = row.text(),
          .mobile = row.text(),
          .status = row.parsed(core::parse_user_status),
          .status_before_suspension = row.if_present([](Row& r) { return r.parsed(core::parse_user_status); }),
          .operator_role = row.flag(),
          .credential_version = row.integer(),
          .password_hash = row.text(),
          .password_set_at = row.optional_instant(),
          .tokens_not_before = row.optional_instant(),
          .created_at = row.instant()};
}

}  // namespace

Result<std::optional<core::User>> SqliteUserStore::find(const core::Email& email) {
  return connection_.first(read_user, select_users("WHERE email = ?"), email);
}

Result<std::optional<core::User>> SqliteUserStore::find(const UserUuid& uuid) {
  return connection_.first(read_user, select_users("WHERE uuid = ?"), uuid);
}

Result<std::vector<core::User>> SqliteUserStore::list() {
  return connection_.all(read_user, select_users("ORDER BY email"));
}

Result<std::vector<core::User>> SqliteUserStore::search(const core::UserFilter& filter) {
  return connection_.all(
      read_user,
      select_users(
          "WHERE email > ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR operator_role = ?3) "
          "AND (instr(email, ?4) > 0 OR instr(lower(first_name || ' ' || last_name), ?4) > 0) ORDER BY email LIMIT ?5"),
      filter.after, filter.status, filter.operator_role, to_lower(filter.text), filter.limit);
}

Result<> SqliteUserStore::insert(const core::User& user) {
  return connection_.run_on_row(
      "INSERT INTO users (uuid, email, first_name, last_name, mobile, status, status_before_suspension, "
      "operator_role, credential_version, password_hash, password_set_at, tokens_not_before, created_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      user.uuid, user.email, user.first_name, user.last_name, user.mobile, user.status, user.status_before_suspension,
      user.operator_role, user.credential_version, user.password_hash, user.password_set_at, user.tokens_not_before,
      user.created_at);
}

Result<> SqliteUserStore::update(const core::User& user) {
  return connection_.run_on_row(
      "UPDATE users SET first_name = ?, last_name = ?, mobile = ?, status = ?, status_before_suspension = ?, "
      "operator_role = ?, credential_version = ?, password_hash = ?, password_set_at = ?, tokens_not_before = ? "
      "WHERE uuid = ?",
      user.first_name, user.last_name, user.mobile, user.status, user.status_before_suspension, user.operator_role,
      user.credential_version, user.password_hash, user.password_set_at, user.tokens_not_before, user.uuid);
}

Result<bool> SqliteUserStore::is_admin(const UserUuid& user, const EntityUuid& entity) {
  return connection_.any("SELECT 1 FROM entity_admins WHERE user = ? AND entity = ?", user, entity);
}

Result<bool> SqliteUserStore::add_admin(const UserUuid& user, const EntityUuid& entity, Instant now) {
  return TRY(connection_.run("INSERT INTO entity_admins (user, entity, added_at) VALUES (?, ?, ?) "
                             "ON CONFLICT DO NOTHING",
                             user, entity, now)) == 1;
}

Result<bool> SqliteUserStore::remove_admin(const UserUuid& user, const EntityUuid& entity) {
  return TRY(connection_.run("DELETE FROM entity_admins WHERE user = ? AND entity = ?", user, entity)) == 1;
}

Result<std::vector<core::User>> SqliteUserStore::admins_of(const EntityUuid& entity) {
  return connection_.all(read_user,
                         select_users("WHERE uuid IN (SELECT user FROM entity_admins WHERE entity = ?) ORDER BY email"),
                         entity);
}

Result<std::vector<EntityUuid>> SqliteUserStore::entities_of(const UserUuid& user) {
  return connection_.all([](Row& row) { return row.identifier<EntityUuid>(); },
                         "SELECT entity FROM entity_admins WHERE user = ? ORDER BY entity", user);
}

Result<std::optional<Instant>> SqliteUserStore::last_sign_in_from(const UserUuid& user,
                                                                  std::string_view address_digest) {
  return connection_.first([](Row& row) { return row.instant(); },
                           "SELECT last_used_at FROM sign_in_addresses WHERE user = ? AND address_digest = ?", user,
                           Blob{address_digest});
}

Result<> SqliteUserStore::add_sign_in_address(const UserUuid& user, std::string_view address_digest, Instant now) {
  TRY(
      connection_.run("INSERT INTO sign_in_addresses (user, address_digest, last_used_at) VALUES (?, ?, ?) "
                      "ON CONFLICT DO UPDATE SET last_used_at = excluded.last_used_at",
                      user, Blob{address_digest}, now));
  TRY(
      connection_.run("DELETE FROM sign_in_addresses WHERE user = ?1 AND address_digest NOT IN "
                      "(SELECT address_digest FROM sign_in_addresses WHERE user = ?1 "
                      "ORDER BY last_used_at DESC, address_digest LIMIT ?2)",
                      user, kSignInAddressesKept));
  return {};
}

}  // namespace dwarpal::storage
