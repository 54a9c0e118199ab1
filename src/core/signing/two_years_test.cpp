// Two years of a network, hour by hour: whoever reads the key set once a day can verify every token, all the time.
#include <gtest/gtest.h>

#include <array>
#include <boost/json/parse.hpp>
#include <map>

#include "base/json.hpp"
#include "core/signing/claims.hpp"
#include "core/signing/discovery.hpp"
#include "core/signing/key_ring.hpp"
#include "core/signing/signing_keys.hpp"
#include "core/signing/verified_token.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

using crypto::SignatureAlgorithm;

constexpr int kHours = 2 * 365 * 24;
constexpr int kHoursADay = 24;
constexpr int kHoursBetweenTokens = 5;  // so that in time each verifier sees one at each hour

/// Knows nothing of the network but what stood in the key set when it read it.
class Verifier {
 public:
  void read(std::string_view key_set) {
    keys_.clear();
    const auto document = boost::json::parse(key_set);
    for (const auto& entry : document.at("keys").as_array()) {
      const auto& jwk = entry.as_object();
      keys_.push_back({.id = KeyId(std::string(jwk.at("kid").as_string())),
                       .algorithm = *crypto::parse_signature_algorithm(jwk.at("alg").as_string()),
                       .key = *crypto::PublicKey::from_jwk(jwk)});
    }
  }
  [[nodiscard]] bool knows(const KeyId& id) const {
    return std::ranges::any_of(keys_, [&](const VerificationKey& key) { return key.id == id; });
  }
  [[nodiscard]] bool accepts(const std::string& token, const Policy& policy, Instant now) const {
    return VerifiedToken::verify(token, keys_, policy.issuer(), now).has_value();
  }

 private:
  std::vector<VerificationKey> keys_;
};

class TwoYears : public testing::Test {
 protected:
  TwoYears() {
    test_.store().on_change([this](const StoreChange& change) {
      if (!change.signing_keys) return;
      EXPECT_TRUE(ring_->reload());
      key_set_ = json_web_key_set(*ring_);
    });
  }
  void TearDown() override { test_.store().on_change({}); }

  /// A token that lasts so long; it may be shown to anybody until then.
  std::string issue(Duration lifetime) {
    const auto now = test_.clock().now();
    auto claims = common_claims(policy_, now, lifetime, random_);
    claims["sub"] = "somebody";
    claims["azp"] = "somebody";
    auto jwt = *ring_->sign_jwt(ascii_json(claims));
    auto& last = last_expiry_.try_emplace(jwt.key, now).first->second;
    last = std::max(last, now + lifetime);
    return std::move(jwt.token);
  }

  void expect_that_everybody_knows_the_keys_of_live_tokens(int hour) {
    for (const auto& [id, expires_at] : last_expiry_) {
      if (test_.clock().now() >= expires_at) continue;
      for (const auto& verifier : verifiers_) ASSERT_TRUE(verifier.knows(id)) << "hour " << hour;
    }
  }

  void expect_that_somebody_accepts(const std::string& token, int hour) {
    const auto& verifier = verifiers_.at(static_cast<std::size_t>(hour % kHoursADay));
    ASSERT_TRUE(verifier.accepts(token, policy_, test_.clock().now())) << "hour " << hour;
  }

  /// The job looks, members get tokens and show them, and the verifiers whose hour it is read the key set, which a
  /// cache has kept for the hour that it may.
  void run(int hours) {
    for (auto& verifier : verifiers_) verifier.read(cached_);
    for (int hour = 0; hour < hours; ++hour) {
      ASSERT_TRUE(signing_keys_.follow_schedule());
      if (hour % kHoursBetweenTokens == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_that_somebody_accepts(issue(policy_.entity_token_lifetime), hour));
        ASSERT_NO_FATAL_FAILURE(expect_that_somebody_accepts(issue(policy_.user_token_lifetime), hour));
      }
      ASSERT_NO_FATAL_FAILURE(expect_that_everybody_knows_the_keys_of_live_tokens(hour));
      verifiers_.at(static_cast<std::size_t>(hour % kHoursADay)).read(cached_);
      cached_ = key_set_;
      test_.clock().advance(1h);
    }
  }

  std::map<SigningKeyState, int> states() {
    std::map<SigningKeyState, int> count;
    const auto keys = *test_.store().read([](Transaction& transaction) { return transaction.signing_keys().list(); });
    for (const auto& key : keys) ++count[key.state];
    return count;
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
  Policy policy_ = [] {
    Policy policy;
    policy.public_base_url = "https://iam.setu.test";
    policy.signing_algorithm = SignatureAlgorithm::ES256;
    return policy;
  }();
  DataKeys keys_ =
      *DataKeys::open(test_.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))), random_, test_.clock());
  AuditTrail audit_{keys_, test_.clock()};
  Mailer mailer_{keys_, random_};
  DecisionClock clock_{test_.clock(), test_.store()};
  std::unique_ptr<KeyRing> ring_ = *KeyRing::open(test_.store(), keys_, audit_, random_, test_.clock(), policy_);
  SigningKeys signing_keys_{test_.store(), keys_, mailer_, audit_, clock_, random_, policy_};
  std::array<Verifier, kHoursADay> verifiers_;
  std::string key_set_ = json_web_key_set(*ring_);
  std::string cached_ = key_set_;  // that of the hour before
  std::map<KeyId, Instant> last_expiry_;
};

TEST_F(TwoYears, OfScheduledRotationsNoVerifierMeetsAnUnknownKey) {
  run(kHours);
  EXPECT_EQ(last_expiry_.size(), 9U);  // 730 days, 90 days each
  EXPECT_EQ(states(), (std::map<SigningKeyState, int>{
                          {SigningKeyState::Active, 1}, {SigningKeyState::Retired, 2}, {SigningKeyState::Removed, 6}}));
}

TEST_F(TwoYears, WithChangesOfTheAlgorithmNoVerifierMeetsAnUnknownKey) {
  run(kHours / 4);
  policy_.signing_algorithm = SignatureAlgorithm::RS256;
  run(kHours / 4);
  policy_.signing_algorithm = SignatureAlgorithm::EdDSA;
  run(kHours / 4);
  policy_.signing_algorithm = SignatureAlgorithm::ES256;
  run(kHours / 4);
  EXPECT_EQ(states()[SigningKeyState::Active], 1);
}

TEST_F(TwoYears, WithTheShortestTimesNoVerifierMeetsAnUnknownKey) {
  policy_.key_rotation_period = 2 * 24h;
  policy_.key_publish_ahead = 25h;  // a day, and the hour of the cache
  policy_.user_token_lifetime = 3 * 24h;
  run(kHours / 12);
  EXPECT_GT(last_expiry_.size(), 25U);
}

}  // namespace
}  // namespace dwarpal::core
