#include "core/signing/key_rotation.hpp"

#include <algorithm>
#include <utility>

namespace dwarpal::core {

std::string_view action_of(SigningKeyChange::Kind kind) {
  using enum SigningKeyChange::Kind;
  switch (kind) {
    case Publish: return "key.publish";
    case Activate: return "key.activate";
    case Extend: return "key.extend";
    case Retire: return "key.retire";
    case Remove: return "key.remove";
    case Withdraw: return "key.withdraw";
  }
  return {};
}

Result<KeyRotation> KeyRotation::create(std::vector<SigningKey> keys, const Policy& policy, Instant now) {
  if (std::ranges::none_of(keys, [](const SigningKey& key) { return key.state == SigningKeyState::Active; })) {
    return fail(ErrorCode::Unavailable, "The store has no active signing key");
  }
  return KeyRotation(std::move(keys), policy, now);
}

const SigningKey* KeyRotation::in_state(SigningKeyState state) const {
  const auto found = std::ranges::find(keys_, state, &SigningKey::state);
  return found == keys_.end() ? nullptr : &*found;
}

SigningKey* KeyRotation::in_state(SigningKeyState state) {
  const auto found = std::ranges::find(keys_, state, &SigningKey::state);
  return found == keys_.end() ? nullptr : &*found;
}

const SigningKey* KeyRotation::find(const KeyId& id) const {
  const auto found = std::ranges::find(keys_, id, &SigningKey::id);
  return found == keys_.end() ? nullptr : &*found;
}

SigningKeyKind KeyRotation::wanted_kind(std::optional<crypto::SignatureAlgorithm> asked_for) const {
  const auto* next = pending();
  const auto& newest = next == nullptr ? active() : *next;
  const auto algorithm = asked_for.value_or(policy_->signing_algorithm.value_or(newest.kind.algorithm));
  return {.algorithm = algorithm,
          .rsa_bits = crypto::key_type_of(algorithm) == crypto::KeyType::Rsa ? policy_->rsa_bits : 0};
}

void KeyRotation::follow_schedule() {
  for (auto& key : keys_) {
    if (key.state == SigningKeyState::Retired && now_ >= key.published_until.value_or(now_)) {
      end(key, SigningKeyState::Removed, SigningKeyChange::Kind::Remove);
    }
  }
  if (const auto* next = pending(); next != nullptr && next->kind != wanted_kind()) drop_pending();
  if (auto* next = in_state(SigningKeyState::Pending); next != nullptr && now_ >= next->signs_from) activate(*next);
  auto& signing = *in_state(SigningKeyState::Active);
  if (signing.token_lifetime < policy_->longest_token_lifetime()) {
    signing.token_lifetime = policy_->longest_token_lifetime();
    note(SigningKeyChange::Kind::Extend, signing);
  }
}

bool KeyRotation::wants_publication() const {
  if (pending() != nullptr) return false;
  const auto ends = active().signs_from + policy_->key_rotation_period;
  return active().kind != wanted_kind() || now_ >= ends - policy_->key_publish_ahead;
}

void KeyRotation::publish(SigningKey made) {
  drop_pending();
  made.state = SigningKeyState::Pending;
  made.published_at = now_;
  made.signs_from = now_ + policy_->key_publish_ahead;
  keys_.push_back(std::move(made));
  note(SigningKeyChange::Kind::Publish, keys_.back());
}

void KeyRotation::publish_and_activate(SigningKey made) {
  publish(std::move(made));
  activate(keys_.back());
}

void KeyRotation::activate_pending() { activate(*in_state(SigningKeyState::Pending)); }

void KeyRotation::activate(SigningKey& key) {
  auto& before = *in_state(SigningKeyState::Active);
  before.state = SigningKeyState::Retired;
  before.signed_until = now_;
  before.published_until = now_ + before.token_lifetime + kSlack;
  note(SigningKeyChange::Kind::Retire, before);
  key.state = SigningKeyState::Active;
  key.signs_from = now_;
  key.token_lifetime = policy_->longest_token_lifetime();
  note(SigningKeyChange::Kind::Activate, key);
}

void KeyRotation::withdraw(const KeyId& id) {
  const auto key = std::ranges::find(keys_, id, &SigningKey::id);
  end(*key, SigningKeyState::Withdrawn, SigningKeyChange::Kind::Withdraw);
}

void KeyRotation::drop_pending() {
  if (auto* key = in_state(SigningKeyState::Pending))
    end(*key, SigningKeyState::Removed, SigningKeyChange::Kind::Remove);
}

void KeyRotation::end(SigningKey& key, SigningKeyState state, SigningKeyChange::Kind kind) {
  key.state = state;
  key.published_until = now_;
  key.private_key = {};  // nothing that is to come needs it, and what is not there cannot be stolen
  note(kind, key);
}

std::optional<Instant> signs_until(const SigningKey& key, const SigningKey* pending, const Policy& policy) {
  switch (key.state) {
    case SigningKeyState::Pending: return key.signs_from + policy.key_rotation_period;
    case SigningKeyState::Active:
      return pending != nullptr ? pending->signs_from : key.signs_from + policy.key_rotation_period;
    case SigningKeyState::Retired:
    case SigningKeyState::Removed:
    case SigningKeyState::Withdrawn: break;
  }
  return key.signed_until;
}

}  // namespace dwarpal::core
