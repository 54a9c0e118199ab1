// The rules by which signing keys come and go.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "core/policy.hpp"
#include "core/signing/signing_key.hpp"

namespace dwarpal::core {

/// One step of a key's life, and the key after it.
struct SigningKeyChange {
  enum class Kind { Publish, Activate, Extend, Retire, Remove, Withdraw };
  Kind kind = Kind::Publish;
  SigningKey key;
};

/// As the audit trail names it: "key.publish".
[[nodiscard]] std::string_view action_of(SigningKeyChange::Kind kind);

/// The store's keys at one instant, and what becomes of them (docs/operations.md#signing-keys): plain values, for who
/// holds the transaction to write. After each step one key is Active, and at most one Pending. Not thread-safe.
class KeyRotation {
 public:
  /// For how long a retired key stays published after its last token expired: clocks differ, and another process
  /// notices the retirement a moment later.
  static constexpr Duration kSlack = 1h;

  /// `keys` as the store lists them. ErrorCode::Unavailable if none of them is Active, which every store has.
  static Result<KeyRotation> create(std::vector<SigningKey> keys, const Policy& policy, Instant now);

  [[nodiscard]] const std::vector<SigningKey>& keys() const { return keys_; }
  [[nodiscard]] const SigningKey& active() const { return *in_state(SigningKeyState::Active); }
  /// Null if there is none.
  [[nodiscard]] const SigningKey* pending() const { return in_state(SigningKeyState::Pending); }
  [[nodiscard]] const SigningKey* find(const KeyId& id) const;
  /// What the next key should be: of this algorithm, else of the one in the settings, else of the newest key's.
  [[nodiscard]] SigningKeyKind wanted_kind(std::optional<crypto::SignatureAlgorithm> asked_for = {}) const;

  /// What time and settings demand, but for the publication of a new key: removes what ended, drops a pending key of
  /// a kind that is not wanted, lets a pending one sign that is due, and notes longer token lifetimes.
  void follow_schedule();
  /// Whether a new pending key is due: ahead of the end of the active one, or because that is of another kind.
  [[nodiscard]] bool wants_publication() const;

  /// A key that signs after the time ahead; it takes the place of a pending one.
  void publish(SigningKey made);
  /// A key that signs at once; it takes the place of a pending one.
  void publish_and_activate(SigningKey made);
  /// The pending key signs from now on.
  void activate_pending();
  /// Out of the JWKS at once. For a key that is published and not Active: let another one sign before.
  void withdraw(const KeyId& id);

  /// In their order.
  [[nodiscard]] const std::vector<SigningKeyChange>& changes() const { return changes_; }

 private:
  KeyRotation(std::vector<SigningKey> keys, const Policy& policy, Instant now)
      : keys_(std::move(keys)), policy_(&policy), now_(now) {}
  [[nodiscard]] const SigningKey* in_state(SigningKeyState state) const;
  [[nodiscard]] SigningKey* in_state(SigningKeyState state);
  void note(SigningKeyChange::Kind kind, const SigningKey& key) { changes_.push_back({.kind = kind, .key = key}); }
  void end(SigningKey& key, SigningKeyState state, SigningKeyChange::Kind kind);
  void drop_pending();
  void activate(SigningKey& key);

  std::vector<SigningKey> keys_;
  const Policy* policy_;  // outlives it
  Instant now_;
  std::vector<SigningKeyChange> changes_;
};

/// When a key stops to sign, as far as that is planned or done; none for one that never will.
[[nodiscard]] std::optional<Instant> signs_until(const SigningKey& key, const SigningKey* pending,
                                                 const Policy& policy);

}  // namespace dwarpal::core
