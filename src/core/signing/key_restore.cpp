#include "core/signing/key_restore.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/signing/key_rotation.hpp"
#include "core/signing/new_signing_key.hpp"
#include "crypto/certificate.hpp"

namespace dwarpal::core {

namespace {

std::unexpected<Error> wrong_key(std::size_t number, std::string_view problem) {
  return fail(ErrorCode::InvalidInput, "keys[" + std::to_string(number) + "]." + std::string(problem));
}

Result<> check_opens(const SigningKey& key, std::size_t number, const DataKeys& data_keys) {
  if (!data_keys.has_encryption_key(key.private_key.key)) {
    return wrong_key(number, "dataKey is no data key of this store: these are keys of another one");
  }
  const auto opened = open_private_key(key, data_keys);
  if (!opened) return wrong_key(number, "sealedPrivateKey does not open: it was altered, or is that of another kid");
  if (opened->public_key().thumbprint() != key.id.text()) return wrong_key(number, "kid is not that of its key");
  if (!crypto::is_certificate_of(key.certificate, *opened)) return wrong_key(number, "certificate is not its key's");
  return {};
}

Result<> check_is_the_same(const SigningKey& present, const SigningKey& other, std::size_t number) {
  if (present.kind.algorithm != other.kind.algorithm) return wrong_key(number, "alg is not the one in the backup");
  if (present.kind.rsa_bits != other.kind.rsa_bits) return wrong_key(number, "rsaBits is not what is in the backup");
  if (present.certificate != other.certificate) return wrong_key(number, "certificate is not the one in the backup");
  if (present.published_at != other.published_at) {
    return wrong_key(number, "publishedSince is not what is in the backup");
  }
  return {};
}

/// A key goes through its states in this order alone, whatever happens.
int progress_of(SigningKeyState state) {
  switch (state) {
    case SigningKeyState::Pending: return 0;
    case SigningKeyState::Active: return 1;
    case SigningKeyState::Retired: return 2;
    case SigningKeyState::Removed: return 3;
    case SigningKeyState::Withdrawn: return 4;
  }
  return 0;
}

bool is_same(const SigningKey& left, const SigningKey& right) {
  const auto fields = [](const SigningKey& key) {
    return std::tie(key.state, key.signs_from, key.signed_until, key.token_lifetime, key.published_until);
  };
  return fields(left) == fields(right);
}

/// The keys of a store while others' knowledge is added.
class Joining {
 public:
  explicit Joining(std::vector<SigningKey> present) : keys_(std::move(present)) {}

  void add(const OtherSigningKeys& other) {
    for (const auto& key : other.keys) {
      const auto known = std::ranges::find(keys_, key.id, &SigningKey::id);
      if (known == keys_.end()) {
        keys_.push_back(key);
      } else if (!move_on(*known, key)) {
        continue;
      }
      origins_[key.id] = other.origin;
    }
  }

  /// Stores that went apart may each have a key that signs, or is to: the newest one does.
  void settle(Instant now) {
    for (auto& key : keys_) {
      if (key.state == SigningKeyState::Active && key.id != newest(SigningKeyState::Active).id) {
        key.state = SigningKeyState::Retired;
        key.signed_until = now;
        key.published_until = now + key.token_lifetime + KeyRotation::kSlack;
      }
      if (key.state == SigningKeyState::Pending && key.id != newest(SigningKeyState::Pending).id) {
        key.state = SigningKeyState::Removed;
        key.published_until = now;
        key.private_key = {};
      }
    }
  }

  [[nodiscard]] const std::vector<SigningKey>& keys() const { return keys_; }
  /// Of what is known of the key; empty if the store knew it all.
  [[nodiscard]] std::string origin_of(const KeyId& id) const {
    const auto found = origins_.find(id);
    return found == origins_.end() ? std::string() : found->second;
  }

 private:
  /// False if there is nothing new.
  static bool move_on(SigningKey& known, const SigningKey& other) {
    if (progress_of(other.state) < progress_of(known.state) || is_same(known, other)) return false;
    known.state = other.state;
    known.signs_from = other.signs_from;
    known.signed_until = other.signed_until;
    known.token_lifetime = std::max(known.token_lifetime, other.token_lifetime);
    known.published_until = other.published_until;
    if (!is_published(known.state)) known.private_key = {};
    return true;
  }

  [[nodiscard]] const SigningKey& newest(SigningKeyState state) const {
    const auto order = [state](const SigningKey& key) { return std::pair(key.state == state, key.signs_from); };
    return *std::ranges::max_element(keys_, {}, order);
  }

  std::vector<SigningKey> keys_;
  std::map<KeyId, std::string> origins_;
};

}  // namespace

Result<> check_signing_keys(Transaction& transaction, const DataKeys& data_keys, const std::vector<SigningKey>& other) {
  const auto present = TRY(transaction.signing_keys().list());
  for (std::size_t number = 0; number < other.size(); ++number) {
    const auto& key = other[number];
    if (is_published(key.state)) TRY(check_opens(key, number, data_keys));
    const auto known = std::ranges::find(present, key.id, &SigningKey::id);
    if (known != present.end()) TRY(check_is_the_same(*known, key, number));
  }
  return {};
}

Result<std::vector<RestoredSigningKey>> restore_signing_keys(Transaction& transaction, const AuditTrail& trail,
                                                             std::span<const OtherSigningKeys> others, Instant now,
                                                             const CallContext& context) {
  const auto before = TRY(transaction.signing_keys().list());
  Joining joining(before);
  for (const auto& other : others) joining.add(other);
  joining.settle(now);
  if (std::ranges::none_of(joining.keys(), [](const auto& key) { return key.state == SigningKeyState::Active; })) {
    return fail(ErrorCode::InvalidInput, "keys: no key is left that is ACTIVE");
  }

  std::vector<RestoredSigningKey> restored;
  for (const auto& key : joining.keys()) {
    const auto known = std::ranges::find(before, key.id, &SigningKey::id);
    if (known == before.end()) TRY(transaction.signing_keys().insert(key));
    else if (is_same(*known, key)) continue;
    else TRY(transaction.signing_keys().update(key));
    const auto& change = restored.emplace_back(
        RestoredSigningKey{.id = key.id, .state = key.state, .origin = joining.origin_of(key.id)});
    AuditEvent event{.action = "key.restore", .subject = "key:" + key.id.text()};
    event.details["state"] = to_string(key.state);
    if (!change.origin.empty()) event.details["from"] = change.origin;
    TRY(trail.append(transaction, event, context));
  }
  return restored;
}

}  // namespace dwarpal::core
