#include "core/entity/entity_secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <tuple>
#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity_rights.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kSecretBytes = 32;

std::string row_of(const Entity& entity, std::int64_t number) {
  return fmt::format("secret:{}:{}", entity.uuid.text(), number);
}

std::optional<Instant> real_time(const Entity& entity, std::optional<Instant> own) {
  if (own) own = entity.real_time(*own);
  return own;
}

void add_sentence(std::string& message, const std::string& sentence) {
  if (!message.empty()) message += ' ';
  message += sentence;
}

/// When a secret made at `now` expires, by the entity's own time. What there is to say goes to `message`.
Instant expiry_of(const Entity& entity, const SecretReset& request, const Actor& actor, const Policy& policy,
                  Instant now, std::string& message) {
  const std::int64_t maximum = policy.secret_validity_maximum.count();
  const std::int64_t wanted = request.expiry_days.value_or(policy.secret_validity_default.count());
  const std::int64_t days = std::min(wanted, maximum);
  if (!request.expiry_days || wanted > maximum) {
    add_sentence(message, fmt::format("The expiry is set to {} days by default, as the user didn't specify or exceeded "
                                      "the default limit.",
                                      days));
  }
  const Instant by_days = entity.own_time(now) + std::chrono::hours(24) * days;
  if (!policy.user_token_limits_secret || !actor.token_expires_at) return by_days;

  const Instant by_token = entity.own_time(*actor.token_expires_at);
  // Token and secret both last 180 days by default: a cut by moments is nothing to tell.
  if (by_days - by_token >= std::chrono::hours(24)) {
    add_sentence(message, fmt::format("The expiry is limited to {}, when the user token of this request expires.",
                                      iso8601(*actor.token_expires_at)));
  }
  return std::min(by_days, by_token);
}

/// Those of the older secrets that have to end for the new one's sake: first what works no more, then what was never
/// used, oldest first, then what was used longest ago.
std::vector<SecretState> beyond_limit(std::vector<SecretState> older, const Policy& policy, Instant now) {
  constexpr std::size_t kKept = EntitySecrets::kMaximumLive - 1;
  if (older.size() <= kKept) return {};
  std::ranges::sort(older, {}, [&](const SecretState& secret) {
    return std::tuple(standing_of(secret, policy, now).works(), secret.last_used_at, secret.number);
  });
  older.resize(older.size() - kKept);
  return older;
}

}  // namespace

Result<> check(const SecretReset& request) {
  if (request.expiry_days && *request.expiry_days < 1) {
    return fail(ErrorCode::InvalidInput, "secretExpiryDays must be an integer of at least 1");
  }
  return {};
}

EntitySecrets::EntitySecrets(Store& store, const DataKeys& keys, const AuditTrail& audit, TokenEventSink& events,
                             const DecisionClock& clock, Random& random, const Policy& policy)
    : store_(store), keys_(keys), audit_(audit), events_(events), clock_(clock), random_(random), policy_(policy) {}

Result<ReadableSecret> EntitySecrets::reset(const SecretReset& request, const CallContext& context) {
  TRY(check(request));
  TRY(events_.flush());  // the limit asks for last uses
  return audited_write(store_, audit_, "secret.reset", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<ReadableSecret> {
                         auto entity =
                             TRY(entity_for(transaction, request.entity, Askers::Admins, context.actor, event));
                         event.action = {};  // reset_in() records what it does
                         return reset_in(transaction, std::move(entity), request, context, TRY(clock_.now()));
                       });
}

Result<std::optional<ReadableSecret>> EntitySecrets::newest_in(Transaction& transaction, const Entity& entity) const {
  const auto newest = TRY(transaction.secrets().newest(entity.uuid));
  if (!newest) return std::optional<ReadableSecret>();
  const auto number = newest->state.number;
  return std::optional(ReadableSecret{.number = number,
                                      .secret = TRY(keys_.open_sealed(newest->sealed, row_of(entity, number))),
                                      .expires_at = real_time(entity, newest->state.expires_at),
                                      .message = {}});
}

Result<ReadableSecret> EntitySecrets::read(const EntityId& id, const CallContext& context) {
  return audited_write(store_, audit_, "secret.read", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<ReadableSecret> {
                         const auto entity = TRY(entity_for(transaction, id, Askers::Admins, context.actor, event));
                         auto newest = TRY(newest_in(transaction, entity));
                         if (!newest) return fail(ErrorCode::NotFound, "Secret is not generated for the entity");
                         event.details["number"] = newest->number;
                         mark_clock_shift(event.details, entity);
                         return *std::move(newest);
                       });
}

Result<std::vector<SecretStatus>> EntitySecrets::status(const EntityId& id, const CallContext& context) {
  TRY(events_.flush());  // the answer tells last uses
  AuditEvent event{.action = "secret.status"};
  auto answer = store_.read([&](Transaction& transaction) -> Result<std::vector<SecretStatus>> {
    const auto entity = TRY(entity_for(transaction, id, Askers::AdminsAndOperators, context.actor, event));
    return status_in(transaction, entity);
  });
  if (!answer && answer.error().code == ErrorCode::Unauthorized) {
    event.reason = answer.error().message;
    TRY(audit_refusal(store_, audit_, std::move(event), context));
  }
  return answer;
}

Result<std::vector<SecretStatus>> EntitySecrets::status_in(Transaction& transaction, const Entity& entity) const {
  const auto now = entity.own_time(TRY(clock_.now()));
  std::vector<SecretStatus> secrets;
  for (const auto& secret : TRY(transaction.secrets().live(entity.uuid))) {
    const auto standing = standing_of(secret, policy_, now);
    const bool current = !secret.replaced_at;
    if (!current && !standing.works()) continue;
    secrets.push_back({.current = current,
                       .created_at = entity.real_time(secret.created_at),
                       .expires_at = real_time(entity, secret.expires_at),
                       .grace_ends_at = real_time(entity, standing.ends_at),
                       .last_used_at = real_time(entity, secret.last_used_at)});
  }
  return secrets;
}

Result<std::int64_t> EntitySecrets::revoke_replaced(const EntityId& id, const CallContext& context) {
  return audited_write(store_, audit_, "secret.revoke", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<std::int64_t> {
                         const auto entity =
                             TRY(entity_for(transaction, id, Askers::AdminsAndOperators, context.actor, event));
                         const auto now = entity.own_time(TRY(clock_.now()));
                         std::int64_t revoked = 0;
                         for (const auto& secret : TRY(transaction.secrets().live(entity.uuid))) {
                           if (!secret.replaced_at || secret.ended_at) continue;
                           // Also what works no more: the end of a time travel must not bring it back.
                           TRY(transaction.secrets().set_ended(entity.uuid, secret.number, now));
                           if (standing_of(secret, policy_, now).works()) ++revoked;
                         }
                         event.details["revoked"] = revoked;
                         mark_clock_shift(event.details, entity);
                         return revoked;
                       });
}

Result<ReadableSecret> EntitySecrets::reset_in(Transaction& transaction, Entity entity, const SecretReset& request,
                                               const CallContext& context, Instant now) {
  const auto own_now = entity.own_time(now);
  auto& secrets = transaction.secrets();
  auto older = TRY(secrets.live(entity.uuid));
  const std::int64_t number = older.empty() ? 1 : older.front().number + 1;
  std::erase_if(older, [](const SecretState& secret) { return secret.ended_at.has_value(); });
  for (auto& secret : older) {
    if (secret.replaced_at) continue;
    secret.replaced_at = own_now;
    TRY(secrets.set_replaced(entity.uuid, secret.number, own_now));
  }

  ReadableSecret answer{
      .number = number, .secret = crypto::random_text(random_, kSecretBytes), .expires_at = {}, .message = {}};
  const auto expires_at = expiry_of(entity, request, context.actor, policy_, now, answer.message);
  answer.expires_at = entity.real_time(expires_at);

  const bool end_older = request.old_secrets == OldSecrets::End;
  const bool without_grace = end_older || policy_.grace_after_replacement == Duration::zero();
  const auto ending = without_grace ? std::move(older) : beyond_limit(std::move(older), policy_, own_now);
  boost::json::array ended;
  for (const auto& secret : ending) {
    TRY(secrets.set_ended(entity.uuid, secret.number, own_now));
    ended.push_back(secret.number);
  }
  const auto worked = std::ranges::count_if(
      ending, [&](const SecretState& secret) { return standing_of(secret, policy_, own_now).works(); });
  if (!without_grace && worked > 0) {
    add_sentence(answer.message, fmt::format("At most {} secrets of an entity work at a time, so {} older one{} ended.",
                                             kMaximumLive, worked, worked == 1 ? " has" : "s have"));
  }

  TRY(secrets.insert(entity.uuid, {.state = {.number = number,
                                             .digest = keys_.secret_digest_key().mac(answer.secret.expose()),
                                             .created_at = own_now,
                                             .expires_at = expires_at,
                                             .replaced_at = std::nullopt,
                                             .ended_at = std::nullopt,
                                             .last_used_at = std::nullopt},
                                   .sealed = keys_.seal(answer.secret.expose(), row_of(entity, number), random_)}));

  // Nobody reads them again: a check goes by the digest, and only the newest is answered.
  TRY(secrets.erase_texts_before(entity.uuid, number));

  AuditEvent event{.action = "secret.reset", .subject = subject_of(entity)};
  event.details["number"] = number;
  if (request.expiry_days) event.details["expiryDays"] = *request.expiry_days;
  event.details["revokeOld"] = end_older;
  if (!ended.empty()) event.details["ended"] = std::move(ended);
  mark_clock_shift(event.details, entity);
  TRY(audit_.append(transaction, event, context));

  if (entity.status == EntityStatus::Registered) {
    entity.status = EntityStatus::Active;
    TRY(transaction.entities().update(entity));
    TRY(audit_.append(transaction, {.action = "entity.activate", .subject = subject_of(entity)}, context));
  }
  return answer;
}

}  // namespace dwarpal::core
