// SQLite's view of users and their roles.
#pragma once

#include "core/user/user.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteUserStore final : public core::UserStore {
 public:
  explicit SqliteUserStore(Connection& connection) : connection_(connection) {}

  Result<std::optional<core::User>> find(const core::Email& email) override;
  Result<std::optional<core::User>> find(const UserUuid& uuid) override;
  Result<std::vector<core::User>> list() override;
  Result<std::vector<core::User>> search(const core::UserFilter& filter) override;
  Result<> insert(const core::User& user) override;
  Result<> update(const core::User& user) override;

  Result<bool> is_admin(const UserUuid& user, const EntityUuid& entity) override;
  Result<bool> add_admin(const UserUuid& user, const EntityUuid& entity, Instant now) override;
  Result<bool> remove_admin(const UserUuid& user, const EntityUuid& entity) override;
  Result<std::vector<core::User>> admins_of(const EntityUuid& entity) override;
  Result<std::vector<EntityUuid>> entities_of(const UserUuid& user) override;

  Result<std::optional<Instant>> last_sign_in_from(const UserUuid& user, std::string_view address_digest) override;
  Result<> add_sign_in_address(const UserUuid& user, std::string_view address_digest, Instant now) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
