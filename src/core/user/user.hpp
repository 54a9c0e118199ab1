// A person with an email address.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"

namespace dwarpal::core {

/// The identity of a user: an ASCII address in lower case, at most 254 characters. Made by `parse` only.
class Email {
 public:
  /// ErrorCode::InvalidInput naming `email`.
  static Result<Email> parse(std::string_view text);
  /// For what was parsed before it was stored.
  static Email stored(std::string text) { return Email(std::move(text)); }

  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const Email&, const Email&) = default;

 private:
  explicit Email(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Invited → Verified (link confirmed) → Active (password set); Suspended from any of them.
enum class UserStatus { Invited, Verified, Active, Suspended };

[[nodiscard]] std::string_view to_string(UserStatus status);
[[nodiscard]] std::optional<UserStatus> parse_user_status(std::string_view text);

struct User {
  UserUuid uuid;
  Email email = Email::stored({});
  std::string first_name;
  std::string last_name;
  std::string mobile;  ///< empty: none
  UserStatus status = UserStatus::Invited;
  std::optional<UserStatus> status_before_suspension;
  bool operator_role = false;  ///< network-operator
  std::int64_t credential_version = 1;
  std::string password_hash;  ///< PHC text; empty: none
  std::optional<Instant> password_set_at;
  std::optional<Instant> tokens_not_before;  ///< tokens with an earlier `iat` are dead; whole seconds
  Instant created_at;

  /// Kills the tokens that they have so far: by the credential version, and for verifiers elsewhere by "not before".
  void cut_off_tokens(Instant now);
};

/// `user:<email>`, by which the audit trail names whom something was done to.
[[nodiscard]] std::string subject_of(const User& user);

/// The one role that a user has on an entity.
inline constexpr std::string_view kEntityAdminRole = "entity-admin";

/// Which users a reader wants; empty members do not restrict.
struct UserFilter {
  std::optional<UserStatus> status = std::nullopt;
  std::optional<bool> operator_role = std::nullopt;
  std::string text = {};   ///< a part of the email or the full name, in any case of ASCII letters
  std::string after = {};  ///< emails greater than this one
  std::size_t limit = 100;
};

/// Port. Users and their role on entities.
class UserStore {
 public:
  virtual ~UserStore() = default;
  virtual Result<std::optional<User>> find(const Email& email) = 0;
  virtual Result<std::optional<User>> find(const UserUuid& uuid) = 0;
  /// By email.
  virtual Result<std::vector<User>> list() = 0;
  /// By email.
  virtual Result<std::vector<User>> search(const UserFilter& filter) = 0;
  virtual Result<> insert(const User& user) = 0;
  /// Writes everything but uuid, email and created_at.
  virtual Result<> update(const User& user) = 0;

  /// entity-admin on that entity.
  virtual Result<bool> is_admin(const UserUuid& user, const EntityUuid& entity) = 0;
  /// No error when it is so already; false then.
  virtual Result<bool> add_admin(const UserUuid& user, const EntityUuid& entity, Instant now) = 0;
  /// False when it was not so.
  virtual Result<bool> remove_admin(const UserUuid& user, const EntityUuid& entity) = 0;
  /// By email, whatever their status.
  virtual Result<std::vector<User>> admins_of(const EntityUuid& entity) = 0;
  /// The entities that the user is an admin of, by uuid.
  virtual Result<std::vector<EntityUuid>> entities_of(const UserUuid& user) = 0;

  /// When the user last signed in from a client address (a digest of it), as far as it is remembered.
  virtual Result<std::optional<Instant>> last_sign_in_from(const UserUuid& user, std::string_view address_digest) = 0;
  /// Keeps the 64 of a user that were used last.
  virtual Result<> add_sign_in_address(const UserUuid& user, std::string_view address_digest, Instant now) = 0;
};

}  // namespace dwarpal::core
