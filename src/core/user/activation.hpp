// From an email to a password: the links, and what they are good for.
#pragma once

#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/mail/mailer.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"
#include "core/user/link.hpp"
#include "core/user/user.hpp"
#include "crypto/password_hash.hpp"

namespace dwarpal::core {

struct VerifiedLink {
  Email email;
  LinkPurpose purpose;
};

/// Thread-safe. A bad token is always ErrorCode::InvalidInput "The link is invalid, used or expired".
class Activation {
 public:
  Activation(Store& store, const Mailer& mailer, const AuditTrail& audit, const DecisionClock& clock, Random& random,
             const crypto::PasswordHasher& hasher, const Policy& policy);

  /// Confirms the address; the token stays good.
  [[nodiscard]] Result<VerifiedLink> verify(const Secret& token, const CallContext& context);
  /// Sets the password by a link; the user is Active, all open links for that purpose end. Heavy (Argon2id).
  [[nodiscard]] Result<> set_password(const Secret& token, const Secret& password, const CallContext& context);
  /// Sets it by the old one (`context.actor` is the user). Unauthorized when the old one is wrong. Heavy.
  [[nodiscard]] Result<> change_password(const Secret& old_password, const Secret& password,
                                         const CallContext& context);
  /// Sends a new activation link to who is not yet active. Tells nobody whether it did.
  [[nodiscard]] Result<> resend(const Email& email, const CallContext& context);
  /// Sends a password link, or an activation link to who is not yet active. From an operator NotFound
  /// "User doesn't exist"; from others it tells nothing.
  [[nodiscard]] Result<> request_password_reset(const Email& email, const CallContext& context);

  /// Inside a transaction of the caller: makes a link and its mail, within the limits on mails (an unused link
  /// younger than 15 minutes, or five such mails a day, and nothing is sent). Returns whether it was sent.
  [[nodiscard]] Result<bool> send_link(Transaction& transaction, const User& user, LinkPurpose purpose,
                                       const CallContext& context, Instant now) const;

 private:
  Store& store_;
  const Mailer& mailer_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  Random& random_;
  const crypto::PasswordHasher& hasher_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
