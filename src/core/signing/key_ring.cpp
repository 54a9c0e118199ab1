#include "core/signing/key_ring.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <iterator>
#include <optional>

#include "base/json.hpp"
#include "core/signing/new_signing_key.hpp"
#include "crypto/base64url.hpp"
#include "crypto/jws.hpp"
#include "crypto/signer.hpp"

namespace dwarpal::core {

namespace {

Result<SigningKey> make_first_key(const DataKeys& data_keys, Random& random, Instant now, const Policy& policy) {
  const auto algorithm = policy.signing_algorithm.value_or(crypto::SignatureAlgorithm::RS256);
  const bool is_rsa = crypto::key_type_of(algorithm) == crypto::KeyType::Rsa;
  auto key =
      TRY(make_signing_key({.algorithm = algorithm, .rsa_bits = is_rsa ? policy.rsa_bits : 0}, data_keys, random, now));
  key.state = SigningKeyState::Active;
  key.token_lifetime = policy.longest_token_lifetime();
  return key;
}

/// The signer of this thread. It is made anew when the key changes, and holds its key, so that the address
/// of a key that ended is never taken for a new one's.
Result<crypto::Signer*> signer_of_this_thread(const std::shared_ptr<const crypto::PrivateKey>& key) {
  thread_local std::shared_ptr<const crypto::PrivateKey> held;
  thread_local std::optional<crypto::Signer> signer;
  if (held != key) {
    signer = TRY(crypto::Signer::create(key));
    held = key;
  }
  return &*signer;
}

}  // namespace

struct KeyRing::Keys {
  KeyId active;
  std::shared_ptr<const crypto::PrivateKey> signing_key;
  std::string encoded_header;  // of every token that the active key signs
  std::shared_ptr<const std::vector<PublishedKey>> published;
  std::shared_ptr<const std::vector<VerificationKey>> verification;
};

Result<std::unique_ptr<KeyRing>> KeyRing::open(Store& store, const DataKeys& data_keys, const AuditTrail& audit,
                                               Random& random, const Clock& clock, const Policy& policy) {
  const auto stored = TRY(store.read([](Transaction& transaction) { return transaction.signing_keys().list(); }));
  if (stored.empty()) {
    const auto key = TRY(make_first_key(data_keys, random, clock.now(), policy));
    TRY(store.write([&](Transaction& transaction) -> Result<> {
      // Somebody beside us may have been first.
      if (!TRY(transaction.signing_keys().list()).empty()) return {};
      TRY(transaction.signing_keys().insert(key));
      AuditEvent event{.action = "key.create", .subject = "key:" + key.id.text()};
      event.details["alg"] = crypto::to_string(key.kind.algorithm);
      return audit.append(transaction, event, CallContext{.actor = Actor::system()});
    }));
  }
  std::unique_ptr<KeyRing> ring(new KeyRing(store, data_keys));
  TRY(ring->reload());
  return ring;
}

Result<> KeyRing::reload() {
  const auto stored = TRY(store_.read([](Transaction& transaction) { return transaction.signing_keys().list(); }));
  auto keys = std::make_shared<Keys>();
  std::vector<PublishedKey> published;  // RSA first: verifiers of today take the first such key that they find
  std::vector<PublishedKey> others;
  for (const auto& key : stored) {
    if (!is_published(key.state)) continue;
    auto private_key = std::make_shared<const crypto::PrivateKey>(TRY(open_private_key(key, data_keys_)));
    auto& keys_of_type = private_key->public_key().type() == crypto::KeyType::Rsa ? published : others;
    keys_of_type.push_back({.key = {.id = key.id, .algorithm = key.kind.algorithm, .key = private_key->public_key()},
                            .certificate = key.certificate});
    if (key.state != SigningKeyState::Active) continue;
    keys->active = key.id;
    keys->encoded_header = crypto::base64url_encode(ascii_json(
        boost::json::object{{"alg", crypto::to_string(key.kind.algorithm)}, {"typ", "JWT"}, {"kid", key.id.text()}}));
    keys->signing_key = std::move(private_key);
  }
  if (!keys->signing_key) return fail(ErrorCode::Unavailable, "The store has no active signing key");

  std::ranges::move(others, std::back_inserter(published));
  auto verification = std::make_shared<std::vector<VerificationKey>>();
  for (const auto& key : published) verification->push_back(key.key);
  keys->verification = std::move(verification);
  keys->published = std::make_shared<const std::vector<PublishedKey>>(std::move(published));

  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
  return {};
}

Result<SignedJwt> KeyRing::sign_jwt(std::string_view payload) const {
  const auto current = keys();
  auto* signer = TRY(signer_of_this_thread(current->signing_key));
  return SignedJwt{.token = TRY(crypto::compact_jws(*signer, current->encoded_header, payload)),
                   .key = current->active};
}

KeyId KeyRing::active() const { return keys()->active; }

std::shared_ptr<const std::vector<PublishedKey>> KeyRing::published() const { return keys()->published; }

std::shared_ptr<const std::vector<VerificationKey>> KeyRing::verification_keys() const { return keys()->verification; }

std::shared_ptr<const KeyRing::Keys> KeyRing::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

}  // namespace dwarpal::core
