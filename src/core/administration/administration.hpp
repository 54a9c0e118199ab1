// What operators see of the network. What they change has its use cases beside the nouns.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_record.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/token_events.hpp"
#include "core/audit/token_statistics.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/entity/entity_secrets.hpp"
#include "core/mail/mailer.hpp"
#include "core/mail/outbox.hpp"
#include "core/policy.hpp"
#include "core/signing/signing_keys.hpp"
#include "core/store.hpp"
#include "core/user/activation.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// A piece of a list, in the list's order.
template <typename Item>
struct Page {
  std::vector<Item> items;
  bool more = false;  ///< whether something comes behind the last item
};

struct EntityDetails {
  Entity entity;
  boost::json::object record;  ///< as the registry answers it; empty if there is none
  std::vector<User> admins;
  std::vector<SecretStatus> secrets;  ///< the live ones, newest first, and the current one in any case
};

struct UserDetails {
  User user;
  std::vector<EntityId> entities;  ///< of which the user is an admin
};

/// How many current secrets of active entities expire in how many days.
struct SecretsByExpiry {
  std::map<std::int64_t, std::int64_t> by_days;  ///< whole days from now, rounded down: -1 expired within the last day
  std::int64_t without_expiry = 0;
};

/// How far the audit trail reaches, and what is not in it yet.
struct AuditStanding {
  AuditPosition newest;
  std::optional<Instant> oldest;  ///< when the oldest record that is still in the store happened
  std::size_t waiting = 0;        ///< token events of this node that are not committed yet
};

struct Health {
  int schema_version = 0;
  std::int64_t store_size = 0;  ///< bytes
  Instant newest_commit;
  bool clock_is_trusted = true;  ///< false when the machine's clock is too far behind the newest commit
  OutboxBacklog outbox;
  AuditStanding audit;
  std::vector<ListedSigningKey> signing_keys;  ///< the one that signs, and the one that comes next if it is known
};

/// Thread-safe. Everything here is for operators and the command line; others: ErrorCode::Unauthorized "User doesn't
/// have access to make this request", and the refusal is recorded.
class Administration {
 public:
  Administration(Store& store, const EntitySecrets& secrets, Activation& activation, const Mailer& mailer,
                 SigningKeys& keys, const AuditTrail& audit, TokenEventSink& events, const DecisionClock& clock,
                 const Policy& policy);

  /// By id. At most `filter.limit`.
  [[nodiscard]] Result<Page<Entity>> entities(const EntityFilter& filter, const CallContext& context);
  /// NotFound "Entity not found".
  [[nodiscard]] Result<EntityDetails> entity(const EntityId& id, const CallContext& context);

  /// By email. At most `filter.limit`.
  [[nodiscard]] Result<Page<User>> users(const UserFilter& filter, const CallContext& context);
  /// NotFound "User doesn't exist".
  [[nodiscard]] Result<UserDetails> user(const Email& email, const CallContext& context);
  /// Sends a new activation link to who is not yet active. NotFound; Conflict for who is active or suspended.
  [[nodiscard]] Result<> resend_activation(const Email& email, const CallContext& context);

  /// Newest first. At most `filter.limit`.
  [[nodiscard]] Result<Page<Mail>> mails(const MailFilter& filter, const CallContext& context);
  /// One mail with its text, which is recorded. The link is there in a sandbox only: whoever has it can sign in as its
  /// user. NotFound.
  [[nodiscard]] Result<ReadableMail> mail(std::string_view id, const CallContext& context);

  /// Oldest first.
  [[nodiscard]] Result<std::vector<ListedSigningKey>> keys(const CallContext& context);

  [[nodiscard]] Result<SecretsByExpiry> secrets_by_expiry(const CallContext& context);
  /// Of calls for entity tokens. NotFound "Entity not found".
  [[nodiscard]] Result<TokenStatistics> token_statistics(const TokenCountRange& range,
                                                         const std::optional<EntityId>& entity,
                                                         const CallContext& context);
  /// Works, too, when the clock is not to be trusted.
  [[nodiscard]] Result<Health> health(const CallContext& context);

 private:
  /// Refuses, and records it, unless an operator asks.
  [[nodiscard]] Result<> require_operator(std::string_view action, const CallContext& context,
                                          std::string subject = {});

  Store& store_;
  const EntitySecrets& secrets_;
  Activation& activation_;
  const Mailer& mailer_;
  SigningKeys& keys_;
  const AuditTrail& audit_;
  TokenEventSink& events_;
  const DecisionClock& clock_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
