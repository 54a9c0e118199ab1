#include "core/user/activation.hpp"

#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity.hpp"
#include "core/mail/letters.hpp"
#include "core/user/password_rules.hpp"
#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kTokenBytes = 32;
// In the fragment, which reaches no server, log or referrer.
constexpr std::string_view kTokenFragment = "#token=";
constexpr std::chrono::hours kDay{24};
// Nobody guesses 256 bits; this spares the store and the audit trail.
constexpr std::chrono::seconds kLongestLinkDelay{60};

/// A link that was found, and whose it is.
struct OpenLink {
  Link link;
  User user;
};

/// Single use is decided here: what was used, ended or has expired is not found.
Result<OpenLink> find_link(Transaction& transaction, const crypto::Sha256& token_hash, Instant now, AuditEvent& event) {
  const auto refuse = [&] {
    event.action = "link.refuse";
    return fail(ErrorCode::InvalidInput, "The link is invalid, used or expired");
  };
  const auto link = TRY(transaction.links().find_open(token_hash, now));
  if (!link) return refuse();
  auto user = TRY(transaction.users().find(link->user));
  if (!user) return refuse();
  event.subject = subject_of(*user);
  event.details["purpose"] = to_string(link->purpose);
  if (user->status == UserStatus::Suspended) return refuse();
  return OpenLink{.link = *link, .user = std::move(*user)};
}

void give_password(User& user, std::string password_hash, Instant now) {
  user.password_hash = std::move(password_hash);
  user.password_set_at = now;
  ++user.credential_version;
}

}  // namespace

Activation::Activation(Store& store, const Mailer& mailer, const AuditTrail& audit, const DecisionClock& clock,
                       Random& random, const crypto::PasswordHasher& hasher, const Policy& policy)
    : store_(store),
      mailer_(mailer),
      audit_(audit),
      clock_(clock),
      random_(random),
      hasher_(hasher),
      policy_(policy),
      bad_links_by_address_({.free_failures = policy.secret_failures, .longest_delay = kLongestLinkDelay}) {}

Result<VerifiedLink> Activation::verify(const Secret& token, const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto token_hash = crypto::sha256(token.expose());
  TRY(user_of_link(token_hash, context, now));
  return audited_write(store_, audit_, "link.verify", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<VerifiedLink> {
                         auto [link, user] = TRY(find_link(transaction, token_hash, now, event));
                         if (user.status == UserStatus::Invited) {
                           user.status = UserStatus::Verified;
                           TRY(transaction.users().update(user));
                         }
                         return VerifiedLink{.email = user.email, .purpose = link.purpose};
                       });
}

Result<> Activation::set_password(const Secret& token, const Secret& password, const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto token_hash = crypto::sha256(token.expose());
  // Before the transaction that uses the link up, so that no other writer waits for the slow hash.
  auto password_hash = hash_password(password, TRY(user_of_link(token_hash, context, now)));
  return audited_write(store_, audit_, "password.set", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<> {
                         auto [link, user] = TRY(find_link(transaction, token_hash, now, event));
                         if (!password_hash) {
                           event.action = "password.refuse";
                           return std::unexpected(password_hash.error());
                         }
                         give_password(user, *password_hash, now);
                         user.status = UserStatus::Active;
                         TRY(transaction.users().update(user));
                         return transaction.links().end_open(user.uuid, link.purpose, now);
                       });
}

Result<> Activation::change_password(const Secret& old_password, const Secret& password, const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto before =
      TRY(store_.read([&](Transaction& transaction) { return transaction.users().find(context.actor.user); }));
  if (!before) return fail(ErrorCode::Unauthorized, "Invalid or expired access token");
  AuditEvent refusal{.action = "password.refuse", .subject = subject_of(*before)};
  auto password_hash = hash_for_change(*before, old_password, password, now, refusal);
  return audited_write(store_, audit_, "password.change", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<> {
                         event.subject = subject_of(*before);
                         if (!password_hash) {
                           event = refusal;
                           return std::unexpected(password_hash.error());
                         }
                         auto user = TRY(transaction.users().find(before->uuid));
                         if (!user || user->credential_version != before->credential_version) {
                           return fail(ErrorCode::Unauthorized, "Invalid or expired access token");
                         }
                         give_password(*user, *password_hash, now);
                         TRY(transaction.users().update(*user));
                         return transaction.links().end_open(user->uuid, std::nullopt, now);
                       });
}

Result<LinkRequest> Activation::resend(const Email& email, const CallContext& context) {
  return request_link(email, {}, context);
}

Result<LinkRequest> Activation::request_password_reset(const Email& email, const CallContext& context) {
  return request_link(email, LinkPurpose::PasswordReset, context);
}

Result<LinkRequest> Activation::request_link(const Email& email, std::optional<LinkPurpose> for_active,
                                             const CallContext& context) {
  const auto now = TRY(clock_.now());
  auto sent =
      audited_write(store_, audit_, "link.send", context, [&](Transaction& transaction, AuditEvent& event) -> Result<> {
        const auto user = TRY(transaction.users().find(email));
        if (!user && context.actor.operator_role) {
          return fail(ErrorCode::NotFound, "User doesn't exist");
        }
        event.action = {};  // send_link records what it does; an unknown email is not recorded
        if (!user) return {};
        return send_wanted_link(transaction, *user, for_active, context, now);
      });
  if (sent) return LinkRequest{};
  if (context.actor.operator_role) return std::unexpected(std::move(sent).error());
  // Only for who has an account there is something to write: that it failed must not tell.
  return LinkRequest{.failure = std::move(sent).error()};
}

Result<> Activation::send_wanted_link(Transaction& transaction, const User& user, std::optional<LinkPurpose> for_active,
                                      const CallContext& context, Instant now) const {
  if (user.status == UserStatus::Suspended) return {};
  const auto purpose = user.status == UserStatus::Active ? for_active : std::optional(LinkPurpose::Activation);
  if (!purpose) return {};  // is active already
  const bool is_sent = TRY(send_link(transaction, user, *purpose, context, now));
  const bool is_reset = for_active.has_value();
  if (is_sent && is_reset && context.actor.operator_role) return tell_admins(transaction, user, now);
  return {};
}

Result<bool> Activation::send_link(Transaction& transaction, const User& user, LinkPurpose purpose,
                                   const CallContext& context, Instant now) const {
  auto& links = transaction.links();
  // Whoever sits at the machine may go past them: strangers can use them up.
  if (context.actor.kind != Actor::Kind::CommandLine) {
    const auto newest = TRY(links.newest_open(user.uuid, purpose, now));
    if (newest && now - newest->created_at < policy_.mail_pause) return false;
    // One that is a whole day old counts no more.
    if (TRY(links.count_since(user.uuid, now - kDay + Duration(1))) >= policy_.mails_a_day) return false;
  }

  const bool activates = purpose == LinkPurpose::Activation;
  const auto token = crypto::random_text(random_, kTokenBytes);
  const Link link{.token_hash = crypto::sha256(token.expose()),
                  .user = user.uuid,
                  .purpose = purpose,
                  .created_at = now,
                  .expires_at = now + (activates ? policy_.activation_link_lifetime : policy_.password_link_lifetime)};
  TRY(links.insert(link));
  TRY(mailer_.post_with_link(transaction, user.email.text(),
                             activates ? activation_letter(user, policy_) : password_reset_letter(user, policy_),
                             link_text(purpose, token), link.token_hash, now));
  TRY(audit_.append(transaction,
                    {.action = "link.send", .subject = subject_of(user), .details = {{"purpose", to_string(purpose)}}},
                    context));
  return true;
}

Result<std::string> Activation::hash_password(const Secret& password, const User& user) const {
  TRY(check_password(password, user, policy_));
  return hasher_.hash(password);
}

Result<User> Activation::user_of_link(const crypto::Sha256& token_hash, const CallContext& context, Instant now) {
  AuditEvent event;
  auto found = store_.read([&](Transaction& transaction) { return find_link(transaction, token_hash, now, event); });
  if (found) return std::move(found->user);
  if (found.error().code != ErrorCode::InvalidInput) return std::unexpected(std::move(found).error());

  const auto address = guesser_at(context.client_address);
  if (const auto wait = bad_links_by_address_.wait_for(address, now)) return too_many_attempts(*wait);
  if (const auto wait = bad_links_by_address_.failed(address, now)) event.details["waitSeconds"] = wait->count();
  event.reason = found.error().message;
  TRY(audit_refusal(store_, audit_, std::move(event), context));
  found.error().is_recorded = true;
  return std::unexpected(std::move(found).error());
}

Result<std::string> Activation::hash_for_change(const User& user, const Secret& old_password, const Secret& password,
                                                Instant now, AuditEvent& event) {
  const auto& key = user.uuid.text();
  if (const auto wait = old_password_guesses_.wait_for(key, now)) return too_many_attempts(*wait);
  if (user.password_hash.empty() || !hasher_.verify(user.password_hash, old_password)) {
    if (const auto wait = old_password_guesses_.failed(key, now)) event.details["waitSeconds"] = wait->count();
    return fail(ErrorCode::Unauthorized, "The old password is wrong");
  }
  old_password_guesses_.succeeded(key);
  return hash_password(password, user);
}

Result<> Activation::tell_admins(Transaction& transaction, const User& whose, Instant now) const {
  for (const auto& uuid : TRY(transaction.users().entities_of(whose.uuid))) {
    const auto entity = TRY(transaction.entities().find(uuid));
    if (!entity) continue;
    TRY(mailer_.post_to_admins(transaction, *entity, admin_password_reset_letter(*entity, whose, policy_), now));
  }
  return {};
}

Secret Activation::link_text(LinkPurpose purpose, const Secret& token) const {
  std::string text;
  const auto page = console_page(purpose);
  text.reserve(policy_.public_base_url.size() + page.size() + kTokenFragment.size() + token.size());
  text.append(policy_.public_base_url).append(page).append(kTokenFragment).append(token.expose());
  return Secret(std::move(text));
}

}  // namespace dwarpal::core
