#include "core/signing/signing_keys.hpp"

#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity.hpp"
#include "core/mail/letters.hpp"
#include "core/operator_right.hpp"
#include "core/signing/new_signing_key.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

namespace {

std::string subject_of(const KeyId& id) { return "key:" + id.text(); }

boost::json::object details_of(const SigningKey& key) {
  boost::json::object details{{"alg", crypto::to_string(key.kind.algorithm)}, {"signsFrom", iso8601(key.signs_from)}};
  if (key.kind.rsa_bits != 0) details["rsaBits"] = key.kind.rsa_bits;
  if (key.signed_until) details["signedUntil"] = iso8601(*key.signed_until);
  if (key.published_until) details["publishedUntil"] = iso8601(*key.published_until);
  return details;
}

/// Active, and admin of an entity that is not gone.
Result<bool> is_to_be_told(Transaction& transaction, const User& user) {
  if (user.status != UserStatus::Active) return false;
  for (const auto& uuid : TRY(transaction.users().entities_of(user.uuid))) {
    const auto entity = TRY(transaction.entities().find(uuid));
    if (entity && entity->status != EntityStatus::Deregistered) return true;
  }
  return false;
}

}  // namespace

Result<KeyRotation> SigningKeys::look(Transaction& transaction, Instant now) const {
  return KeyRotation::create(TRY(transaction.signing_keys().list()), policy_, now);
}

Result<std::optional<SigningKey>> SigningKeys::make_what_is_needed(const Decide& decide, Instant now) {
  auto rehearsal = TRY(store_.read([&](Transaction& transaction) { return look(transaction, now); }));
  std::optional<SigningKey> made;
  // Whether it is refused is for the transaction to say.
  static_cast<void>(decide(rehearsal, [&](const SigningKeyKind& kind) -> Result<SigningKey> {
    made = TRY(make_signing_key(kind, data_keys_, random_, now));
    return *made;
  }));
  return made;
}

Result<KeyRotation> SigningKeys::change(std::string_view action, const KeyId& subject, const std::string& reason,
                                        const CallContext& context, const Decide& decide) {
  const auto now = TRY(clock_.now());
  std::optional<SigningKey> made;
  if (context.actor.operator_role) made = TRY(make_what_is_needed(decide, now));
  return audited_write(store_, audit_, action, context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<KeyRotation> {
                         TRY(require_operator(context.actor));
                         auto rotation = TRY(look(transaction, now));
                         if (rotation.find(subject) != nullptr) event.subject = subject_of(subject);
                         TRY(decide(rotation, [&](const SigningKeyKind& kind) -> Result<SigningKey> {
                           if (made && made->kind == kind) return *made;
                           return fail(ErrorCode::Conflict, "The keys have changed meanwhile; try again");
                         }));
                         TRY(write(transaction, rotation, reason, context, now));
                         event.action = {};  // each step has its record
                         return rotation;
                       });
}

Result<> SigningKeys::follow_schedule() {
  const auto now = TRY(clock_.now());
  auto plan = TRY(store_.read([&](Transaction& transaction) { return look(transaction, now); }));
  plan.follow_schedule();
  if (plan.changes().empty() && !plan.wants_publication()) return {};

  std::optional<SigningKey> made;
  if (plan.wants_publication()) made = TRY(make_signing_key(plan.wanted_kind(), data_keys_, random_, now));
  return store_.write([&](Transaction& transaction) -> Result<> {
    auto rotation = TRY(look(transaction, now));
    rotation.follow_schedule();
    // If somebody else was first, what was made is not needed any more.
    if (made && rotation.wants_publication() && made->kind == rotation.wanted_kind()) rotation.publish(*made);
    return write(transaction, rotation, {}, CallContext{.actor = Actor::system()}, now);
  });
}

Result<std::vector<ListedSigningKey>> SigningKeys::list(const CallContext& context) {
  TRY(require_operator(context.actor));
  const auto now = TRY(clock_.now());
  const auto rotation = TRY(store_.read([&](Transaction& transaction) { return look(transaction, now); }));
  std::vector<ListedSigningKey> listed;
  for (const auto& key : rotation.keys()) {
    listed.push_back({.key = key, .signs_until = signs_until(key, rotation.pending(), policy_)});
  }
  return listed;
}

Result<SigningKey> SigningKeys::rotate(const RotationRequest& request, const CallContext& context) {
  const auto decide = [&](KeyRotation& rotation, const MakeKey& make) -> Result<> {
    const auto kind = rotation.wanted_kind(request.algorithm);
    if (policy_.signing_algorithm && kind.algorithm != *policy_.signing_algorithm) {
      return fail(ErrorCode::Conflict, "keys.algorithm is " +
                                           std::string(crypto::to_string(*policy_.signing_algorithm)) +
                                           ": change or remove the setting, by which the next rotation goes");
    }
    const auto* pending = rotation.pending();
    const bool is_ready = pending != nullptr && pending->kind == kind;
    if (request.when == RotationRequest::When::Now) {
      if (is_ready) rotation.activate_pending();
      else rotation.publish_and_activate(TRY(make(kind)));
    } else if (is_ready) {
      return fail(ErrorCode::Conflict,
                  "Key " + pending->id.text() + " is pending already, and signs from " + iso8601(pending->signs_from));
    } else {
      rotation.publish(TRY(make(kind)));
    }
    return {};
  };
  const auto rotation = TRY(change("key.rotate", {}, {}, context, decide));
  return request.when == RotationRequest::When::Now ? rotation.active() : *rotation.pending();
}

Result<SigningKey> SigningKeys::withdraw(const KeyId& id, const std::string& reason, const CallContext& context) {
  const auto decide = [&](KeyRotation& rotation, const MakeKey& make) -> Result<> {
    const auto* key = rotation.find(id);
    if (key == nullptr) return fail(ErrorCode::NotFound, "There is no signing key with this kid");
    if (!is_published(key->state)) {
      return fail(ErrorCode::Conflict, "The key is " + std::string(to_string(key->state)) + " already");
    }
    if (key->state == SigningKeyState::Active) {
      if (rotation.pending() != nullptr) rotation.activate_pending();
      else rotation.publish_and_activate(TRY(make(rotation.wanted_kind())));
    }
    rotation.withdraw(id);
    return {};
  };
  return TRY(change("key.withdraw", id, reason, context, decide)).active();
}

Result<> SigningKeys::write(Transaction& transaction, const KeyRotation& rotation, const std::string& reason,
                            const CallContext& context, Instant now) {
  for (const auto& change : rotation.changes()) {
    if (change.kind == SigningKeyChange::Kind::Publish) TRY(transaction.signing_keys().insert(change.key));
    else TRY(transaction.signing_keys().update(change.key));
    TRY(audit_.append(transaction,
                      {.action = action_of(change.kind),
                       .subject = subject_of(change.key.id),
                       .reason = reason,
                       .details = details_of(change.key)},
                      context));
  }
  return tell_admins(transaction, rotation, now);
}

Result<> SigningKeys::tell_admins(Transaction& transaction, const KeyRotation& rotation, Instant now) {
  std::vector<Letter> letters;
  for (const auto& change : rotation.changes()) {
    const auto& key = *rotation.find(change.key.id);  // as it is in the end: one that was published may sign already
    if (change.kind == SigningKeyChange::Kind::Publish) letters.push_back(signing_key_letter(key, policy_));
    if (change.kind == SigningKeyChange::Kind::Withdraw) letters.push_back(signing_key_withdrawn_letter(key, policy_));
  }
  if (letters.empty()) return {};
  for (const auto& user : TRY(transaction.users().list())) {
    if (!TRY(is_to_be_told(transaction, user))) continue;
    for (const auto& letter : letters) TRY(mailer_.post(transaction, user.email.text(), letter, now));
  }
  return {};
}

}  // namespace dwarpal::core
