#include "core/signing/revocations.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "core/audit/audited_write.hpp"
#include "core/operator_right.hpp"
#include "core/policy.hpp"

namespace dwarpal::core {

namespace {

constexpr std::string_view kAction = "token.revoke";

/// RFC 9562 §4, in lower case.
bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kForm, [](char letter, char wanted) {
    return wanted == '-' ? letter == '-' : (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
  });
}

std::string holder_of(const Actor& actor) {
  return (actor.kind == Actor::Kind::User ? "user:" : "entity:") + actor.name;
}

}  // namespace

Result<Instant> Revocations::revoke_token(const TokenId& id, const std::string& reason, const CallContext& context) {
  const TokenId lower(to_lower(id.text()));
  return audited_write(store_, audit_, kAction, context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<Instant> {
                         TRY(require_operator(context.actor));
                         if (!is_uuid(lower.text())) return fail(ErrorCode::InvalidInput, "jti must be a UUID");
                         event.reason = reason;
                         event.details["jti"] = lower.text();
                         const auto now = TRY(clock_.now());
                         TRY(transaction.revocations().insert({.id = lower, .expires_at = now + kLongestLifetime}));
                         return now;
                       });
}

Result<Entity> Revocations::revoke_tokens_of(const EntityId& id, const std::string& reason,
                                             const CallContext& context) {
  return audited_write(store_, audit_, "entity.revoke-tokens", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<Entity> {
                         auto entity = TRY(transaction.entities().find(id));
                         if (entity) event.subject = subject_of(*entity);
                         TRY(require_operator(context.actor));
                         if (!entity) return fail(ErrorCode::NotFound, "Entity not found");
                         if (entity->status == EntityStatus::Deregistered) {
                           return fail(ErrorCode::Conflict, "Entity is deregistered");
                         }
                         event.reason = reason;
                         entity->cut_off_tokens(TRY(clock_.now()));
                         TRY(transaction.entities().update(*entity));
                         return *std::move(entity);
                       });
}

Result<User> Revocations::revoke_tokens_of(const Email& email, const std::string& reason, const CallContext& context) {
  return audited_write(store_, audit_, "user.revoke-tokens", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<User> {
                         auto user = TRY(transaction.users().find(email));
                         if (user) event.subject = subject_of(*user);
                         TRY(require_operator(context.actor));
                         if (!user) return fail(ErrorCode::NotFound, "User doesn't exist");
                         event.reason = reason;
                         user->cut_off_tokens(TRY(clock_.now()));
                         TRY(transaction.users().update(*user));
                         return *std::move(user);
                       });
}

Result<> Revocations::revoke_own(std::string_view token, const CallContext& context) {
  const auto honoured = tokens_.of_anybody(token);
  if (!honoured && honoured.error().code == ErrorCode::Unauthorized) return {};
  if (!honoured) return std::unexpected(honoured.error());
  if (honoured->actor.kind == Actor::Kind::Entity && honoured->actor.name == context.actor.name) {
    return revoke(*honoured, context);
  }
  // Who asks is not told, but a token in wrong hands is worth a line.
  return audit_refusal(store_, audit_,
                       {.action = kAction,
                        .subject = holder_of(honoured->actor),
                        .outcome = AuditOutcome::Refused,
                        .reason = "not its own token",
                        .details = {{"jti", honoured->token->id().text()}}},
                       context);
}

Result<> Revocations::revoke_presented(std::string_view token, std::string_view presented, CallContext context) {
  context.actor = TRY(tokens_.user(presented));
  if (token != presented) return {};
  return revoke({.token = TRY(tokens_.verify(presented)), .actor = context.actor}, context);
}

Result<> Revocations::forget_expired() {
  const auto now = TRY(clock_.now());
  revoked_.forget_expired(now);
  TRY(store_.write([now](Transaction& transaction) { return transaction.revocations().remove_expired(now); }));
  return {};
}

Result<> Revocations::revoke(const HonouredToken& honoured, const CallContext& context) {
  return audited_write(store_, audit_, kAction, context, [&](Transaction& transaction, AuditEvent& event) -> Result<> {
    event.subject = holder_of(honoured.actor);
    event.details["jti"] = honoured.token->id().text();
    return transaction.revocations().insert({.id = honoured.token->id(), .expires_at = honoured.token->expires_at()});
  });
}

}  // namespace dwarpal::core
