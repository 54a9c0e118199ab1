// From an email to a password: the links, and what they are good for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/mail/mailer.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"
#include "core/user/guess_limits.hpp"
#include "core/user/link.hpp"
#include "core/user/user.hpp"
#include "crypto/password_hash.hpp"

namespace dwarpal::core {

struct VerifiedLink {
  Email email;
  LinkPurpose purpose = LinkPurpose::Activation;
};

/// What came of a request for a link. Nobody is told whether one was sent: it depends on who has an account.
struct LinkRequest {
  std::optional<Error> failure = std::nullopt;  ///< a stranger's request that the store could not carry out
};

/// Thread-safe. A bad token is always ErrorCode::InvalidInput "The link is invalid, used or expired"; from an
/// address that has tried too many of them it is TooManyRequests, while a good one still is taken.
class Activation {
 public:
  Activation(Store& store, const Mailer& mailer, const AuditTrail& audit, const DecisionClock& clock, Random& random,
             const crypto::PasswordHasher& hasher, const Policy& policy);

  /// Confirms the address; the token stays good.
  [[nodiscard]] Result<VerifiedLink> verify(const Secret& token, const CallContext& context);
  /// Sets the password by a link; the user is Active, all open links for that purpose end. Heavy (Argon2id).
  [[nodiscard]] Result<> set_password(const Secret& token, const Secret& password, const CallContext& context);
  /// Sets it by the old one (`context.actor` is the user), and ends the user's open links. Unauthorized when the old
  /// one is wrong, TooManyRequests when it was too often. Heavy.
  [[nodiscard]] Result<> change_password(const Secret& old_password, const Secret& password,
                                         const CallContext& context);
  /// Sends a new activation link to who is not yet active. From an operator NotFound "User doesn't exist"; from
  /// others an error that hangs on the user is a LinkRequest, too.
  [[nodiscard]] Result<LinkRequest> resend(const Email& email, const CallContext& context);
  /// The same with a password link for who is active.
  [[nodiscard]] Result<LinkRequest> request_password_reset(const Email& email, const CallContext& context);

  /// The hash of a password that keeps the rules; ErrorCode::InvalidInput with the rule that was missed. Heavy.
  [[nodiscard]] Result<std::string> hash_password(const Secret& password, const User& user) const;

  /// Inside a transaction of the caller: makes a link and its mail, within the limits on mails (an unused link
  /// younger than 15 minutes, or five such mails a day, and nothing is sent), which do not bind the command line.
  /// Returns whether it was sent.
  [[nodiscard]] Result<bool> send_link(Transaction& transaction, const User& user, LinkPurpose purpose,
                                       const CallContext& context, Instant now) const;

 private:
  [[nodiscard]] Result<LinkRequest> request_link(const Email& email, std::optional<LinkPurpose> for_active,
                                                 const CallContext& context);
  /// In the transaction of such a request.
  [[nodiscard]] Result<> send_wanted_link(Transaction& transaction, const User& user,
                                          std::optional<LinkPurpose> for_active, const CallContext& context,
                                          Instant now) const;
  /// Whose link the token is, by a look that loads neither the writer nor, without end, the audit trail.
  [[nodiscard]] Result<User> user_of_link(const crypto::Sha256& token_hash, const CallContext& context, Instant now);
  [[nodiscard]] Result<std::string> hash_for_change(const User& user, const Secret& old_password,
                                                    const Secret& password, Instant now, AuditEvent& event);
  [[nodiscard]] Result<> tell_admins(Transaction& transaction, const User& whose, Instant now) const;
  [[nodiscard]] Secret link_text(LinkPurpose purpose, const Secret& token) const;

  Store& store_;
  const Mailer& mailer_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  Random& random_;
  const crypto::PasswordHasher& hasher_;
  const Policy& policy_;
  GuessLimits old_password_guesses_{GuessLimits::Rule{}};
  GuessLimits bad_links_by_address_;
};

}  // namespace dwarpal::core
