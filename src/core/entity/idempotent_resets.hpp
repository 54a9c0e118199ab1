// Resets that a client may repeat after a lost answer: the header Idempotency-Key.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/token_events.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/answered_reset.hpp"
#include "core/entity/entity_secrets.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// A name that a client gave to one call of its own; made by `parse` only.
class IdempotencyKey {
 public:
  /// 1 to 255 visible ASCII characters, else ErrorCode::InvalidInput naming the header.
  static Result<IdempotencyKey> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit IdempotencyKey(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// What a reset answered, now or the first time.
struct ResetAnswer {
  ReadableSecret secret;
  Instant answered_at;
  std::string txn_id;
  bool replayed = false;
};

/// Thread-safe. docs/lifecycle.md has the rules.
class IdempotentResets {
 public:
  static constexpr std::chrono::hours kRemembered{24};

  IdempotentResets(Store& store, EntitySecrets& secrets, const DataKeys& keys, const AuditTrail& audit,
                   TokenEventSink& events, const DecisionClock& clock)
      : store_(store), secrets_(secrets), keys_(keys), audit_(audit), events_(events), clock_(clock) {}

  /// EntitySecrets::reset, but the same key, user and entity get the first answer again and no other secret, for
  /// kRemembered. Rights are checked each time. Conflict for another request under the key, for one whose secret was
  /// replaced since, and, with retry_after, while the first call runs.
  [[nodiscard]] Result<ResetAnswer> reset(const SecretReset& request, const IdempotencyKey& key,
                                          const CallContext& context);
  /// Forgets what is older than kRemembered.
  [[nodiscard]] Result<> forget_old();

 private:
  class Running;

  [[nodiscard]] crypto::Sha256 digest_of(const SecretReset& request, const IdempotencyKey& key,
                                         const CallContext& context) const;
  [[nodiscard]] Result<ResetAnswer> reset_in(Transaction& transaction, AuditEvent& event, const SecretReset& request,
                                             const crypto::Sha256& key_digest, const CallContext& context);
  [[nodiscard]] Result<ResetAnswer> replay(Transaction& transaction, AuditEvent& event, const Entity& entity,
                                           const SecretReset& request, const AnsweredReset& first) const;
  [[nodiscard]] Result<ResetAnswer> refuse_while_running(const SecretReset& request, const CallContext& context);

  Store& store_;
  EntitySecrets& secrets_;
  const DataKeys& keys_;
  const AuditTrail& audit_;
  TokenEventSink& events_;
  const DecisionClock& clock_;
  std::mutex running_mutex_;
  std::set<crypto::Sha256> running_;  // digests of the keys under which a call runs
};

}  // namespace dwarpal::core
