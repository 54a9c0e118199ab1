#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/json.hpp"
#include "core/data_keys.hpp"
#include "core/signing/access_tokens.hpp"
#include "core/signing/claims.hpp"
#include "core/signing/discovery.hpp"
#include "core/signing/key_ring.hpp"
#include "core/signing/new_signing_key.hpp"
#include "crypto/base64url.hpp"
#include "crypto/jws.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

class SigningTest : public testing::Test {
 protected:
  void SetUp() override {
    policy_.public_base_url = "https://iam.example";
    user_.uuid = UserUuid(make_uuid(random_));
    user_.email = *Email::parse("admin@member.test");
    user_.status = UserStatus::Active;
    user_.created_at = test_.clock().now();
    ASSERT_TRUE(test_.store().write([&](Transaction& transaction) { return transaction.users().insert(user_); }));
  }

  boost::json::object user_claims() {
    auto claims = common_claims(policy_, test_.clock().now(), 1h, random_);
    claims["sub"] = user_.uuid.text();
    claims["azp"] = "iam";
    claims["cv"] = user_.credential_version;
    return claims;
  }
  std::string sign(const boost::json::object& claims) { return ring_->sign_jwt(ascii_json(claims))->token; }

  void expect_refused(std::string_view token) {
    const auto actor = tokens_.user(token);
    ASSERT_FALSE(actor);
    EXPECT_EQ(actor.error().code, ErrorCode::Unauthorized);
    EXPECT_EQ(actor.error().message, "Invalid or expired access token");
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
  Policy policy_;
  User user_;
  DataKeys keys_ =
      *DataKeys::open(test_.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))), random_, test_.clock());
  AuditTrail trail_{keys_, test_.clock()};
  std::unique_ptr<KeyRing> ring_ = *KeyRing::open(test_.store(), keys_, trail_, random_, test_.clock(), policy_);
  DecisionClock decision_clock_{test_.clock(), test_.store()};
  EntityView entities_{test_.store()};
  RevokedTokens revoked_{test_.store()};
  AccessTokens tokens_{test_.store(), entities_, revoked_, *ring_, decision_clock_, policy_};
};

TEST_F(SigningTest, AKeyRingSignsWithTheSameKeyAfterARestart) {
  const auto again = KeyRing::open(test_.store(), keys_, trail_, random_, test_.clock(), policy_);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->active(), ring_->active());
  EXPECT_EQ(json_web_key_set(**again), json_web_key_set(*ring_));
}

TEST_F(SigningTest, TheKeySetHoldsWhatVerifiersNeedAndNothingPrivate) {
  const auto set = boost::json::parse(json_web_key_set(*ring_));
  ASSERT_EQ(set.at("keys").as_array().size(), 1U);
  const auto& key = set.at("keys").at(0).as_object();
  for (const auto* name : {"kty", "kid", "use", "alg", "n", "e", "x5c", "x5t#S256"}) EXPECT_TRUE(key.contains(name));
  for (const auto* name : {"d", "p", "q", "dp", "dq", "qi"}) EXPECT_FALSE(key.contains(name));
  EXPECT_EQ(key.at("kid").as_string(), crypto::PublicKey::from_jwk(key)->thumbprint());
}

TEST_F(SigningTest, ATokensHeaderNamesAlgTypAndKid) {
  const auto jws = crypto::parse_compact_jws(sign(user_claims()));
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->header, (boost::json::object{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", ring_->active().text()}}));
}

TEST_F(SigningTest, AUserTokenNamesItsUser) {
  const auto actor = tokens_.user(sign(user_claims()));
  ASSERT_TRUE(actor);
  EXPECT_EQ(actor->name, "admin@member.test");
  EXPECT_EQ(actor->token_expires_at, test_.clock().now() + 1h);
  EXPECT_FALSE(actor->operator_role);
}

TEST_F(SigningTest, ATokenEndsAtTheSecondOfItsExp) {
  const auto token = sign(user_claims());
  test_.clock().advance(1h - 1ms);
  EXPECT_TRUE(tokens_.user(token));
  test_.clock().advance(1ms);
  expect_refused(token);
}

TEST_F(SigningTest, ATokenAlteredByOneCharacterAnywhereIsRefused) {
  const auto token = sign(user_claims());
  for (std::size_t at = 0; at < token.size(); ++at) {
    auto altered = token;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    if (token[at] == '.') altered[at] = 'A';
    expect_refused(altered);
  }
  for (const char last : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
    auto altered = token;
    altered.back() = last;
    if (last != token.back()) expect_refused(altered);
  }
}

TEST_F(SigningTest, AClaimThatIsWrongOrMissingIsRefused) {
  const auto with = [&](const char* name, const boost::json::value& value) {
    auto claims = user_claims();
    claims[name] = value;
    return sign(claims);
  };
  expect_refused(with("iss", "https://iam.example/auth/realms/other"));
  expect_refused(with("typ", "Refresh"));
  expect_refused(with("azp", "AA-1"));
  expect_refused(with("cv", user_.credential_version + 1));
  expect_refused(with("cv", user_.credential_version - 1));
  expect_refused(with("cv", "1"));
  expect_refused(with("sub", boost::json::value(make_uuid(random_))));
  expect_refused(with("exp", "9999999999"));
  expect_refused(with("exp", 1e18));
  expect_refused(with("exp", std::numeric_limits<std::int64_t>::max()));
  for (const auto* name : {"iss", "typ", "azp", "cv", "sub", "exp", "iat", "jti"}) {
    auto claims = user_claims();
    claims.erase(name);
    expect_refused(sign(claims));
  }
}

TEST_F(SigningTest, AHeaderThatAsksForMoreThanOursIsRefused) {
  const auto other =
      std::make_shared<const crypto::PrivateKey>(*crypto::PrivateKey::generate(crypto::SignatureAlgorithm::RS256));
  auto signer = *crypto::Signer::create(other);
  const auto forged = [&](const boost::json::object& header) {
    return *crypto::compact_jws(signer, crypto::base64url_encode(ascii_json(header)), ascii_json(user_claims()));
  };
  const auto kid = ring_->active().text();
  const auto jwk = other->public_key().to_jwk();
  expect_refused(forged({{"alg", "RS256"}, {"kid", kid}}));
  expect_refused(forged({{"alg", "none"}, {"kid", kid}}));
  expect_refused(forged({{"alg", "HS256"}, {"kid", kid}}));
  expect_refused(forged({{"alg", "PS256"}, {"kid", kid}}));
  expect_refused(forged({{"alg", "RS256"}, {"kid", kid}, {"jwk", jwk}}));
  expect_refused(forged({{"alg", "RS256"}, {"kid", kid}, {"jku", "https://evil.example/jwks"}}));
  expect_refused(forged({{"alg", "RS256"}, {"kid", kid}, {"x5u", "https://evil.example/x5u"}}));
  expect_refused(forged({{"alg", "RS256"}, {"kid", kid}, {"crit", boost::json::array{"exp"}}}));
  expect_refused(forged({{"alg", "RS256"}}));
}

TEST_F(SigningTest, TheRightKeyDoesNotMakeUpForAForbiddenHeader) {
  // As if somebody had got our key to sign such a header: the signature is good, the header is refused.
  const auto stored = *test_.store().read([](Transaction& transaction) { return transaction.signing_keys().list(); });
  const auto key = std::make_shared<const crypto::PrivateKey>(*open_private_key(stored.front(), keys_));
  auto signer = *crypto::Signer::create(key);
  const auto signed_with = [&](const boost::json::object& header) {
    return *crypto::compact_jws(signer, crypto::base64url_encode(ascii_json(header)), ascii_json(user_claims()));
  };
  const auto kid = ring_->active().text();
  EXPECT_TRUE(tokens_.user(signed_with({{"alg", "RS256"}, {"kid", kid}})));
  expect_refused(signed_with({{"alg", "RS256"}, {"kid", kid}, {"crit", boost::json::array{"b64"}}}));
  expect_refused(signed_with({{"alg", "RS256"}, {"kid", kid}, {"jku", "https://iam.example"}}));
  expect_refused(signed_with({{"alg", "RS256"}, {"kid", kid}, {"typ", "at+jwt"}}));
  expect_refused(signed_with({{"alg", "RS256"}, {"kid", "another"}}));
}

TEST_F(SigningTest, AUserTokenIsHonouredOnlyWhileItsUserIsActive) {
  const auto token = sign(user_claims());
  for (const auto status : {UserStatus::Invited, UserStatus::Verified, UserStatus::Suspended}) {
    user_.status = status;
    ASSERT_TRUE(test_.store().write([&](Transaction& transaction) { return transaction.users().update(user_); }));
    expect_refused(token);
  }
  user_.status = UserStatus::Active;
  ASSERT_TRUE(test_.store().write([&](Transaction& transaction) { return transaction.users().update(user_); }));
  EXPECT_TRUE(tokens_.user(token));
}

TEST_F(SigningTest, NotBeforeCutsOffTokensOfEarlierSeconds) {
  const auto token = sign(user_claims());
  user_.tokens_not_before = test_.clock().now() + 1s;
  ASSERT_TRUE(test_.store().write([&](Transaction& transaction) { return transaction.users().update(user_); }));
  expect_refused(token);
  test_.clock().advance(1s);
  EXPECT_TRUE(tokens_.user(sign(user_claims())));
}

TEST_F(SigningTest, MetadataNamesOnlyWhatIsServed) {
  const auto metadata = boost::json::parse(provider_metadata(*ring_, policy_)).as_object();
  EXPECT_EQ(metadata.at("issuer").as_string(), "https://iam.example/auth/realms/sahamati");
  EXPECT_TRUE(metadata.at("response_types_supported").as_array().empty());
  EXPECT_FALSE(metadata.contains("authorization_endpoint"));
  EXPECT_EQ(metadata.at("token_endpoint_auth_signing_alg_values_supported"), (boost::json::array{"RS256", "PS256"}));
  policy_.private_key_jwt = false;
  EXPECT_FALSE(boost::json::parse(provider_metadata(*ring_, policy_))
                   .as_object()
                   .contains("token_endpoint_auth_signing_alg_values_supported"));
}

}  // namespace
}  // namespace dwarpal::core
