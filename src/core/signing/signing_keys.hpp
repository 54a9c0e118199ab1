// What becomes of the network's signing keys, by time and by command.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/data_keys.hpp"
#include "core/decision_clock.hpp"
#include "core/mail/mailer.hpp"
#include "core/policy.hpp"
#include "core/signing/key_rotation.hpp"
#include "core/signing/signing_key.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

struct RotationRequest {
  enum class When { Planned, Now };  ///< after the time ahead, or at once
  std::optional<crypto::SignatureAlgorithm> algorithm = std::nullopt;
  When when = When::Planned;
};

struct ListedSigningKey {
  SigningKey key;
  std::optional<Instant> signs_until;  ///< planned or done
};

/// Thread-safe. Commands need the operator role (ErrorCode::Unauthorized otherwise). Each change of a key is decided
/// and recorded in the transaction that makes it, so of several processes one makes it. A key that is published, and
/// one that is withdrawn, is mailed to all active entity admins.
class SigningKeys {
 public:
  SigningKeys(Store& store, const DataKeys& data_keys, const Mailer& mailer, const AuditTrail& audit,
              const DecisionClock& clock, Random& random, const Policy& policy)
      : store_(store),
        data_keys_(data_keys),
        mailer_(mailer),
        audit_(audit),
        clock_(clock),
        random_(random),
        policy_(policy) {}

  /// What is due now (KeyRotation::follow_schedule). Call it again and again, in each process.
  [[nodiscard]] Result<> follow_schedule();

  /// Oldest first, of every state.
  [[nodiscard]] Result<std::vector<ListedSigningKey>> list(const CallContext& context);
  /// Planned: publishes a key that signs after the time ahead; ErrorCode::Conflict when one of that kind is pending.
  /// Now: the pending key signs at once, or without one of that kind a new one does. Conflict when the settings want
  /// another algorithm, for the schedule would undo it. Returns the key.
  [[nodiscard]] Result<SigningKey> rotate(const RotationRequest& request, const CallContext& context);
  /// Its tokens are refused from now on. If it was Active the pending key signs at once, else a new one. NotFound;
  /// Conflict when it is not published. Returns the key that signs.
  [[nodiscard]] Result<SigningKey> withdraw(const KeyId& id, const std::string& reason, const CallContext& context);

 private:
  using MakeKey = std::function<Result<SigningKey>(const SigningKeyKind&)>;
  /// Decides on the keys; runs once to learn which key it needs, and once in the transaction.
  using Decide = std::function<Result<>(KeyRotation&, const MakeKey&)>;

  [[nodiscard]] Result<KeyRotation> look(Transaction& transaction, Instant now) const;
  [[nodiscard]] Result<std::optional<SigningKey>> make_what_is_needed(const Decide& decide, Instant now);
  [[nodiscard]] Result<KeyRotation> change(std::string_view action, const KeyId& subject, const std::string& reason,
                                           const CallContext& context, const Decide& decide);
  [[nodiscard]] Result<> write(Transaction& transaction, const KeyRotation& rotation, const std::string& reason,
                               const CallContext& context, Instant now);
  [[nodiscard]] Result<> tell_admins(Transaction& transaction, const KeyRotation& rotation, Instant now);

  Store& store_;
  const DataKeys& data_keys_;
  const Mailer& mailer_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  Random& random_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
