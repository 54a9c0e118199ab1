// Users: onboarding, suspension, and the entity-admin role.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/mail/mailer.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"
#include "core/user/activation.hpp"
#include "core/user/new_user.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// Thread-safe.
class Accounts {
 public:
  Accounts(Store& store, const Activation& activation, const Mailer& mailer, const AuditTrail& audit,
           const DecisionClock& clock, Random& random, const Policy& policy);

  /// By an operator. The user is Invited and gets an activation mail. AlreadyExists "User already exists".
  [[nodiscard]] Result<User> register_user(const NewUser& user, const CallContext& context);
  /// By an operator, or an entity admin of that entity (and, where the policy admits it, the entity itself).
  /// Unauthorized for an unknown or forbidden entity; NotFound "User doesn't exist"; InvalidInput for an
  /// operator as the new admin. Linking twice is no error.
  [[nodiscard]] Result<> add_entity_admin(const Email& email, const EntityId& id, const CallContext& context);
  /// NotFound for unknown or not linked; Conflict for the last Active admin, unless an operator asks.
  [[nodiscard]] Result<> remove_entity_admin(const Email& email, const EntityId& id, const CallContext& context);

  /// By an operator. Suspension ends the user's tokens and open links.
  [[nodiscard]] Result<User> suspend(const Email& email, const std::string& reason, const CallContext& context);
  [[nodiscard]] Result<User> resume(const Email& email, const CallContext& context);

  /// A new operator: Invited, with an activation mail, or Active at once with a password that keeps the rules. A user
  /// who exists gets the role, and their tokens end; whoever is Active keeps name and password. By the command line
  /// alone. AlreadyExists for an operator; Conflict for an entity admin, a suspended user, and a password for an Active
  /// one.
  [[nodiscard]] Result<User> create_operator(const NewUser& user, std::optional<Secret> password,
                                             const CallContext& context);
  /// Takes the role away; the user stays.
  [[nodiscard]] Result<> remove_operator(const Email& email, const CallContext& context);

  [[nodiscard]] Result<User> show(const Email& email);
  [[nodiscard]] Result<std::vector<User>> list();

  /// Inside a transaction of the caller (registration of an entity): finds or invites the designated user and makes
  /// them entity admin. InvalidInput for a suspended user or an operator.
  [[nodiscard]] Result<> designate(Transaction& transaction, const NewUser& user, const Entity& entity,
                                   const CallContext& context, Instant now);

 private:
  [[nodiscard]] User make_user(const NewUser& new_user, Instant now);
  [[nodiscard]] Result<User> invite(Transaction& transaction, const NewUser& new_user, const CallContext& context,
                                    Instant now);
  [[nodiscard]] Result<> link(Transaction& transaction, const User& user, const Entity& entity, Instant now);
  /// Tells the operators of each active entity whose last active admin the user is, and is about to be no more.
  [[nodiscard]] Result<> tell_of_lost_admin(Transaction& transaction, const User& user,
                                            const std::vector<EntityUuid>& entities, Instant now) const;

  Store& store_;
  const Activation& activation_;
  const Mailer& mailer_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  Random& random_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
