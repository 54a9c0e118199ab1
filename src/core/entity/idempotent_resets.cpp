#include "core/entity/idempotent_resets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity_rights.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kLongestKey = 255;

}  // namespace

Result<IdempotencyKey> IdempotencyKey::parse(std::string_view text) {
  const bool visible = std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter <= '~'; });
  if (text.empty() || text.size() > kLongestKey || !visible) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("Idempotency-Key must be 1 to {} visible ASCII characters", kLongestKey));
  }
  return IdempotencyKey(std::string(text));
}

/// Keeps a key as one under which a call runs, unless there is such a call.
class IdempotentResets::Running {
 public:
  Running(IdempotentResets& resets, const crypto::Sha256& key_digest) : resets_(resets), key_digest_(key_digest) {
    const std::lock_guard lock(resets_.running_mutex_);
    is_first_ = resets_.running_.insert(key_digest_).second;
  }
  ~Running() {
    if (!is_first_) return;
    const std::lock_guard lock(resets_.running_mutex_);
    resets_.running_.erase(key_digest_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] bool is_first() const { return is_first_; }

 private:
  IdempotentResets& resets_;
  const crypto::Sha256 key_digest_;
  bool is_first_ = false;
};

Result<ResetAnswer> IdempotentResets::reset(const SecretReset& request, const IdempotencyKey& key,
                                            const CallContext& context) {
  TRY(check(request));
  const auto key_digest = digest_of(request, key, context);
  const Running running(*this, key_digest);
  if (!running.is_first()) return refuse_while_running(request, context);
  TRY(events_.flush());  // the limit asks for last uses
  return audited_write(store_, audit_, "secret.reset", context, [&](Transaction& transaction, AuditEvent& event) {
    return reset_in(transaction, event, request, key_digest, context);
  });
}

Result<> IdempotentResets::forget_old() {
  const auto now = TRY(clock_.now());
  TRY(store_.write([&](Transaction& transaction) { return transaction.answered_resets().forget(now - kRemembered); }));
  return {};
}

crypto::Sha256 IdempotentResets::digest_of(const SecretReset& request, const IdempotencyKey& key,
                                           const CallContext& context) const {
  // None of the three holds a line end where it is good.
  return keys_.secret_digest_key().mac(
      fmt::format("idempotency\n{}\n{}\n{}", context.actor.user.text(), request.entity.text(), key.text()));
}

Result<ResetAnswer> IdempotentResets::reset_in(Transaction& transaction, AuditEvent& event, const SecretReset& request,
                                               const crypto::Sha256& key_digest, const CallContext& context) {
  auto entity = TRY(entity_for(transaction, request.entity, Askers::Admins, context.actor, event));
  const auto now = TRY(clock_.now());
  const auto first = TRY(transaction.answered_resets().find(key_digest));
  if (first && now - first->answered_at < kRemembered) return replay(transaction, event, entity, request, *first);

  event.action = {};  // the reset records what it does
  const auto uuid = entity.uuid;
  ResetAnswer answer{.secret = TRY(secrets_.reset_in(transaction, std::move(entity), request, context, now)),
                     .answered_at = now,
                     .txn_id = context.txn_id};
  TRY(transaction.answered_resets().put({.key_digest = key_digest,
                                         .entity = uuid,
                                         .number = answer.secret.number,
                                         .expiry_days = request.expiry_days,
                                         .end_older = request.old_secrets == OldSecrets::End,
                                         .txn_id = answer.txn_id,
                                         .answered_at = now,
                                         .expires_at = answer.secret.expires_at.value(),
                                         .message = answer.secret.message}));
  return answer;
}

Result<ResetAnswer> IdempotentResets::replay(Transaction& transaction, AuditEvent& event, const Entity& entity,
                                             const SecretReset& request, const AnsweredReset& first) const {
  if (request.expiry_days != first.expiry_days || (request.old_secrets == OldSecrets::End) != first.end_older) {
    return fail(ErrorCode::Conflict, "The Idempotency-Key was used with another secretExpiryDays or revokeOld");
  }
  auto newest = TRY(secrets_.newest_in(transaction, entity));
  if (!newest || newest->number != first.number) {
    return fail(ErrorCode::Conflict, "The secret that was made under this Idempotency-Key has been replaced since");
  }
  event.action = "secret.repeat";
  event.details["number"] = newest->number;
  mark_clock_shift(event.details, entity);
  newest->expires_at = first.expires_at;
  newest->message = first.message;
  return ResetAnswer{
      .secret = *std::move(newest), .answered_at = first.answered_at, .txn_id = first.txn_id, .replayed = true};
}

/// Who has no right learns nothing of another call, not even that it runs.
Result<ResetAnswer> IdempotentResets::refuse_while_running(const SecretReset& request, const CallContext& context) {
  AuditEvent event{.action = "secret.reset", .outcome = AuditOutcome::Refused};
  const auto found = store_.read([&](Transaction& transaction) {
    return entity_for(transaction, request.entity, Askers::Admins, context.actor, event);
  });
  const auto error = found ? Error{.code = ErrorCode::Conflict,
                                   .message = "The first call under this Idempotency-Key still runs",
                                   .retry_after = std::chrono::seconds(1)}
                           : found.error();
  event.reason = error.message;
  const auto now = TRY(clock_.now());
  // Not in a transaction of its own, which would wait for that of the first call.
  TRY(events_.record({.event = serialize(event, context, now), .at = now}));
  return std::unexpected(error);
}

}  // namespace dwarpal::core
