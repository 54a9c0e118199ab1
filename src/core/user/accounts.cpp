#include "core/user/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity_rights.hpp"
#include "core/mail/letters.hpp"
#include "core/operator_right.hpp"

namespace dwarpal::core {

namespace {

constexpr auto kOperatorAsAdmin = "An operator cannot be an entity admin";

std::unexpected<Error> no_such_user() { return fail(ErrorCode::NotFound, "User doesn't exist"); }

/// The user by that email, who then is the subject of the event.
Result<std::optional<User>> find_subject(Transaction& transaction, const Email& email, AuditEvent& event) {
  auto user = TRY(transaction.users().find(email));
  if (user) event.subject = subject_of(*user);
  return user;
}

/// An unknown entity looks like a forbidden one.
Result<Entity> find_entity(Transaction& transaction, const EntityId& id, AuditEvent& event) {
  auto entity = TRY(transaction.entities().find(id));
  if (!entity) return fail(ErrorCode::Unauthorized, "Invalid entity id");
  event.details["entity"] = id.text();
  return std::move(*entity);
}

Result<bool> is_last_active_admin(Transaction& transaction, const User& user, const Entity& entity) {
  if (user.status != UserStatus::Active) return false;
  const auto admins = TRY(transaction.users().admins_of(entity.uuid));
  return std::ranges::count(admins, UserStatus::Active, &User::status) == 1;
}

/// Whether a user who exists may become an operator.
Result<> check_future_operator(Transaction& transaction, const User& user, bool has_new_password) {
  if (user.operator_role) return fail(ErrorCode::AlreadyExists, "The user is an operator already");
  if (!TRY(transaction.users().entities_of(user.uuid)).empty()) {
    return fail(ErrorCode::Conflict, "An entity admin cannot be an operator");
  }
  if (user.status == UserStatus::Suspended) return fail(ErrorCode::Conflict, "The user is suspended");
  // They did not ask for it, and others may not know that it was changed.
  if (has_new_password && user.status == UserStatus::Active) {
    return fail(ErrorCode::Conflict, "The user is active and keeps their own password: leave out the new one");
  }
  return {};
}

/// What only the machine's owner may do; the service itself furnishes a sandbox.
bool is_from_command_line(const Actor& actor) {
  return actor.kind == Actor::Kind::CommandLine || actor.kind == Actor::Kind::System;
}

}  // namespace

Accounts::Accounts(Store& store, const Activation& activation, const Mailer& mailer, const AuditTrail& audit,
                   const DecisionClock& clock, Random& random, const Policy& policy)
    : store_(store),
      activation_(activation),
      mailer_(mailer),
      audit_(audit),
      clock_(clock),
      random_(random),
      policy_(policy) {}

Result<User> Accounts::register_user(const NewUser& new_user, const CallContext& context) {
  const auto now = TRY(clock_.now());
  return audited_write(store_, audit_, "user.register", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<User> {
                         const auto existing = TRY(find_subject(transaction, new_user.email, event));
                         TRY(check_names(new_user, Names::Required));
                         TRY(require_operator(context.actor));
                         if (existing) return fail(ErrorCode::AlreadyExists, "User already exists");
                         auto user = TRY(invite(transaction, new_user, context, now));
                         event.subject = subject_of(user);
                         return user;
                       });
}

Result<> Accounts::add_entity_admin(const Email& email, const EntityId& id, const CallContext& context) {
  const auto now = TRY(clock_.now());
  return audited_write(
      store_, audit_, "role.add", context, [&](Transaction& transaction, AuditEvent& event) -> Result<> {
        const auto user = TRY(find_subject(transaction, email, event));
        const auto entity = TRY(find_entity(transaction, id, event));
        const bool asks_itself = policy_.entity_tokens_may_add_users && context.actor.kind == Actor::Kind::Entity &&
                                 context.actor.name == id.text() && entity.is_in_service();
        if (!asks_itself && !TRY(may_change(transaction, context.actor, entity))) {
          return fail(ErrorCode::Unauthorized, "Invalid entity id");
        }
        if (!user) return no_such_user();
        if (user->operator_role) return fail(ErrorCode::InvalidInput, kOperatorAsAdmin);
        return link(transaction, *user, entity, now);
      });
}

Result<> Accounts::remove_entity_admin(const Email& email, const EntityId& id, const CallContext& context) {
  const auto now = TRY(clock_.now());
  return audited_write(
      store_, audit_, "role.remove", context, [&](Transaction& transaction, AuditEvent& event) -> Result<> {
        const auto user = TRY(find_subject(transaction, email, event));
        const auto entity = TRY(find_entity(transaction, id, event));
        if (!TRY(may_change(transaction, context.actor, entity))) {
          return fail(ErrorCode::Unauthorized, "Invalid entity id");
        }
        if (!user || !TRY(transaction.users().is_admin(user->uuid, entity.uuid))) {
          return no_such_user();
        }
        if (!context.actor.operator_role && TRY(is_last_active_admin(transaction, *user, entity))) {
          return fail(ErrorCode::Conflict, "The last active admin of an entity cannot be removed");
        }
        // While the removed one still is an admin, so that they are told too.
        TRY(mailer_.post_to_admins(transaction, entity, admin_removed_letter(entity, *user, policy_), now));
        TRY(tell_of_lost_admin(transaction, *user, {entity.uuid}, now));
        TRY(transaction.users().remove_admin(user->uuid, entity.uuid));
        return {};
      });
}

Result<User> Accounts::suspend(const Email& email, const std::string& reason, const CallContext& context) {
  const auto now = TRY(clock_.now());
  return audited_write(
      store_, audit_, "user.suspend", context, [&](Transaction& transaction, AuditEvent& event) -> Result<User> {
        auto user = TRY(find_subject(transaction, email, event));
        TRY(require_operator(context.actor));
        if (!user) return no_such_user();
        if (user->uuid == context.actor.user) {
          return fail(ErrorCode::Conflict, "An operator cannot suspend itself");
        }
        if (user->status == UserStatus::Suspended) {
          return fail(ErrorCode::Conflict, "The user is suspended already");
        }
        event.reason = reason;
        TRY(tell_of_lost_admin(transaction, *user, TRY(transaction.users().entities_of(user->uuid)), now));
        user->status_before_suspension = std::exchange(user->status, UserStatus::Suspended);
        user->cut_off_tokens(now);
        TRY(transaction.users().update(*user));
        TRY(transaction.links().end_open(user->uuid, std::nullopt, now));
        return std::move(*user);
      });
}

Result<User> Accounts::resume(const Email& email, const CallContext& context) {
  TRY(clock_.now());
  return audited_write(store_, audit_, "user.resume", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<User> {
                         auto user = TRY(find_subject(transaction, email, event));
                         TRY(require_operator(context.actor));
                         if (!user) return no_such_user();
                         if (user->status != UserStatus::Suspended) {
                           return fail(ErrorCode::Conflict, "The user is not suspended");
                         }
                         user->status = user->status_before_suspension.value_or(UserStatus::Invited);
                         user->status_before_suspension.reset();
                         TRY(transaction.users().update(*user));
                         return std::move(*user);
                       });
}

Result<User> Accounts::create_operator(const NewUser& new_user, std::optional<Secret> password,
                                       const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto fresh = make_user(new_user, now);
  Result<std::string> password_hash;  // before the transaction, so that no other writer waits for the slow hash
  if (password) password_hash = activation_.hash_password(*password, fresh);

  return audited_write(store_, audit_, "operator.create", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<User> {
                         const auto existing = TRY(find_subject(transaction, new_user.email, event));
                         TRY(check_names(new_user, Names::Optional));
                         if (!is_from_command_line(context.actor)) return no_access();
                         if (existing) TRY(check_future_operator(transaction, *existing, password.has_value()));
                         if (!password_hash) return std::unexpected(password_hash.error());

                         auto user = existing.value_or(fresh);
                         user.operator_role = true;
                         // A token of 180 days must not become an operator's, whose tokens last hours.
                         if (existing) ++user.credential_version;
                         if (password) {
                           user.status = UserStatus::Active;
                           user.password_hash = *password_hash;
                           user.password_set_at = now;
                           TRY(transaction.links().end_open(user.uuid, std::nullopt, now));
                         }
                         TRY(existing ? transaction.users().update(user) : transaction.users().insert(user));
                         event.subject = subject_of(user);
                         if (user.status != UserStatus::Active) {
                           TRY(activation_.send_link(transaction, user, LinkPurpose::Activation, context, now));
                         }
                         return user;
                       });
}

Result<> Accounts::remove_operator(const Email& email, const CallContext& context) {
  TRY(clock_.now());
  return audited_write(store_, audit_, "operator.remove", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<> {
                         auto user = TRY(find_subject(transaction, email, event));
                         if (!is_from_command_line(context.actor)) return no_access();
                         if (!user || !user->operator_role) {
                           return fail(ErrorCode::NotFound, "There is no operator with this email");
                         }
                         user->operator_role = false;
                         return transaction.users().update(*user);
                       });
}

Result<User> Accounts::show(const Email& email) {
  auto user = TRY(store_.read([&](Transaction& transaction) { return transaction.users().find(email); }));
  if (!user) return no_such_user();
  return std::move(*user);
}

Result<std::vector<User>> Accounts::list() {
  return store_.read([](Transaction& transaction) { return transaction.users().list(); });
}

Result<> Accounts::designate(Transaction& transaction, const NewUser& new_user, const Entity& entity,
                             const CallContext& context, Instant now) {
  auto user = TRY(transaction.users().find(new_user.email));
  if (user && user->status == UserStatus::Suspended) {
    return fail(ErrorCode::InvalidInput, "The field user.email names a suspended user");
  }
  if (user && user->operator_role) {
    return fail(ErrorCode::InvalidInput, fmt::format("The field user.email: {}", kOperatorAsAdmin));
  }
  if (!user) {
    TRY(check_names(new_user, Names::Required, "user."));
    user = TRY(invite(transaction, new_user, context, now));
    TRY(audit_.append(transaction, {.action = "user.register", .subject = subject_of(*user)}, context));
  }
  TRY(audit_.append(transaction,
                    {.action = "role.add", .subject = subject_of(*user), .details = {{"entity", entity.id.text()}}},
                    context));
  return link(transaction, *user, entity, now);
}

User Accounts::make_user(const NewUser& new_user, Instant now) {
  User user;
  user.uuid = UserUuid(make_uuid(random_));
  user.email = new_user.email;
  user.first_name = new_user.first_name;
  user.last_name = new_user.last_name;
  user.mobile = new_user.mobile;
  user.created_at = now;
  return user;
}

Result<User> Accounts::invite(Transaction& transaction, const NewUser& new_user, const CallContext& context,
                              Instant now) {
  auto user = make_user(new_user, now);
  TRY(transaction.users().insert(user));
  TRY(activation_.send_link(transaction, user, LinkPurpose::Activation, context, now));
  return user;
}

Result<> Accounts::link(Transaction& transaction, const User& user, const Entity& entity, Instant now) {
  if (!TRY(transaction.users().add_admin(user.uuid, entity.uuid, now))) return {};  // is one already
  return mailer_.post_to_admins(transaction, entity, admin_added_letter(entity, user, policy_), now);
}

Result<> Accounts::tell_of_lost_admin(Transaction& transaction, const User& user,
                                      const std::vector<EntityUuid>& entities, Instant now) const {
  for (const auto& uuid : entities) {
    const auto entity = TRY(transaction.entities().find(uuid));
    if (!entity || entity->status != EntityStatus::Active) continue;
    if (!TRY(is_last_active_admin(transaction, user, *entity))) continue;
    TRY(mailer_.post_to_operators(transaction, last_admin_lost_letter(*entity, user, policy_), now));
  }
  return {};
}

}  // namespace dwarpal::core
