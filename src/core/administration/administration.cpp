#include "core/administration/administration.hpp"

#include <algorithm>
#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity_secret.hpp"
#include "core/network_store.hpp"
#include "core/operator_right.hpp"
#include "core/registry/registry_record.hpp"
#include "core/signing/key_rotation.hpp"
#include "core/signing/signing_key.hpp"

namespace dwarpal::core {

namespace {

/// Asks for one more than wanted, to know whether there is more.
template <typename Item, typename Filter, typename Search>
Result<Page<Item>> page_of(Store& store, const Filter& filter, Search search) {
  auto one_more = filter;
  ++one_more.limit;
  auto items = TRY(store.read([&](Transaction& transaction) { return search(transaction, one_more); }));
  const bool more = items.size() > filter.limit;
  if (more) items.resize(filter.limit);
  return Page<Item>{.items = std::move(items), .more = more};
}

Result<AuditStanding> audit_standing(Transaction& transaction, std::size_t waiting) {
  constexpr AuditPosition kBeforeTheFirst{.chain = 0, .number = 0};
  const auto oldest = TRY(transaction.audit().records_after(kBeforeTheFirst, 1));
  AuditStanding standing{
      .newest = TRY(transaction.audit().head()).position, .oldest = std::nullopt, .waiting = waiting};
  if (!oldest.empty()) standing.oldest = oldest.front().at;
  return standing;
}

/// Those that sign now or next.
Result<std::vector<ListedSigningKey>> keys_that_sign(Transaction& transaction, const Policy& policy) {
  const auto keys = TRY(transaction.signing_keys().list());
  const auto pending = std::ranges::find(keys, SigningKeyState::Pending, &SigningKey::state);
  const auto* const next = pending == keys.end() ? nullptr : &*pending;
  std::vector<ListedSigningKey> listed;
  for (const auto& key : keys) {
    if (key.state != SigningKeyState::Active && key.state != SigningKeyState::Pending) continue;
    listed.push_back({.key = key, .signs_until = signs_until(key, next, policy)});
  }
  return listed;
}

}  // namespace

Administration::Administration(Store& store, const EntitySecrets& secrets, Activation& activation, const Mailer& mailer,
                               SigningKeys& keys, const AuditTrail& audit, TokenEventSink& events,
                               const DecisionClock& clock, const Policy& policy)
    : store_(store),
      secrets_(secrets),
      activation_(activation),
      mailer_(mailer),
      keys_(keys),
      audit_(audit),
      events_(events),
      clock_(clock),
      policy_(policy) {}

Result<> Administration::require_operator(std::string_view action, const CallContext& context, std::string subject) {
  auto checked = core::require_operator(context.actor);
  if (checked) return checked;
  TRY(audit_refusal(store_, audit_,
                    {.action = action, .subject = std::move(subject), .reason = checked.error().message}, context));
  return checked;
}

Result<Page<Entity>> Administration::entities(const EntityFilter& filter, const CallContext& context) {
  TRY(require_operator("entity.list", context));
  return page_of<Entity>(store_, filter, [](Transaction& transaction, const EntityFilter& wanted) {
    return transaction.entities().search(wanted);
  });
}

Result<EntityDetails> Administration::entity(const EntityId& id, const CallContext& context) {
  TRY(require_operator("entity.show", context));
  TRY(events_.flush());  // the answer tells last uses
  return store_.read([&](Transaction& transaction) -> Result<EntityDetails> {
    auto entity = TRY(transaction.entities().find(id));
    if (!entity) return fail(ErrorCode::NotFound, "Entity not found");
    auto record = TRY(transaction.registry().find(entity->uuid));
    return EntityDetails{.entity = *entity,
                         .record = record ? std::move(record->record) : boost::json::object(),
                         .admins = TRY(transaction.users().admins_of(entity->uuid)),
                         .secrets = TRY(secrets_.status_in(transaction, *entity))};
  });
}

Result<Page<User>> Administration::users(const UserFilter& filter, const CallContext& context) {
  TRY(require_operator("user.list", context));
  return page_of<User>(store_, filter, [](Transaction& transaction, const UserFilter& wanted) {
    return transaction.users().search(wanted);
  });
}

Result<UserDetails> Administration::user(const Email& email, const CallContext& context) {
  TRY(require_operator("user.show", context));
  return store_.read([&](Transaction& transaction) -> Result<UserDetails> {
    auto user = TRY(transaction.users().find(email));
    if (!user) return fail(ErrorCode::NotFound, "User doesn't exist");
    UserDetails details{.user = *std::move(user), .entities = {}};
    for (const auto& uuid : TRY(transaction.users().entities_of(details.user.uuid))) {
      if (const auto entity = TRY(transaction.entities().find(uuid))) details.entities.push_back(entity->id);
    }
    return details;
  });
}

Result<> Administration::resend_activation(const Email& email, const CallContext& context) {
  TRY(require_operator("user.resend", context));
  const auto user = TRY(this->user(email, context)).user;
  if (user.status == UserStatus::Active) return fail(ErrorCode::Conflict, "The user is active already");
  if (user.status == UserStatus::Suspended) return fail(ErrorCode::Conflict, "The user is suspended");
  TRY(activation_.resend(email, context));
  return {};
}

Result<Page<Mail>> Administration::mails(const MailFilter& filter, const CallContext& context) {
  TRY(require_operator("mail.list", context));
  return page_of<Mail>(store_, filter, [](Transaction& transaction, const MailFilter& wanted) {
    return transaction.outbox().search(wanted);
  });
}

Result<ReadableMail> Administration::mail(std::string_view id, const CallContext& context) {
  TRY(require_operator("mail.show", context));
  return audited_write(store_, audit_, "mail.show", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<ReadableMail> {
                         auto mail = TRY(transaction.outbox().find(id));
                         if (!mail) return fail(ErrorCode::NotFound, "There is no mail with this id");
                         event.details = {{"mail", mail->id}, {"to", mail->to}, {"kind", mail->kind}};
                         // Whoever can read a link can sign in as its user.
                         const bool is_sandbox = policy_.profile == Profile::Sandbox;
                         return mailer_.open(*std::move(mail), is_sandbox ? Links::Shown : Links::Hidden);
                       });
}

Result<std::vector<ListedSigningKey>> Administration::keys(const CallContext& context) {
  TRY(require_operator("key.list", context));
  return keys_.list(context);
}

Result<SecretsByExpiry> Administration::secrets_by_expiry(const CallContext& context) {
  TRY(require_operator("statistics.secrets", context));
  const auto now = TRY(clock_.now());
  return store_.read([&](Transaction& transaction) -> Result<SecretsByExpiry> {
    SecretsByExpiry statistics;
    for (const auto& secret : TRY(transaction.secrets().current_of(EntityStatus::Active))) {
      if (secret.expires_at) {
        ++statistics
              .by_days[std::chrono::floor<std::chrono::days>(*secret.expires_at - secret.clock_shift - now).count()];
      } else {
        ++statistics.without_expiry;
      }
    }
    return statistics;
  });
}

Result<TokenStatistics> Administration::token_statistics(const TokenCountRange& range,
                                                         const std::optional<EntityId>& entity,
                                                         const CallContext& context) {
  TRY(require_operator("statistics.tokens", context));
  TRY(events_.flush());
  return core::token_statistics(store_, range, entity);
}

Result<Health> Administration::health(const CallContext& context) {
  TRY(require_operator("health.show", context));
  const auto waiting = events_.waiting();
  return store_.read([&](Transaction& transaction) -> Result<Health> {
    return Health{.schema_version = TRY(transaction.network().schema_version()),
                  .store_size = TRY(transaction.network().size()),
                  .newest_commit = store_.newest_commit(),
                  .clock_is_trusted = clock_.now().has_value(),
                  .outbox = TRY(transaction.outbox().backlog()),
                  .audit = TRY(audit_standing(transaction, waiting)),
                  .signing_keys = TRY(keys_that_sign(transaction, policy_))};
  });
}

}  // namespace dwarpal::core
