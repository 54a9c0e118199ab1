#include "core/entity/client_assertion.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <memory>
#include <string_view>

#include "crypto/base64url.hpp"
#include "crypto/private_key.hpp"
#include "crypto/signer.hpp"

namespace dwarpal::core {
namespace {

using boost::json::object;
using namespace std::chrono_literals;

class ClientAssertionTest : public testing::Test {
 protected:
  ClientAssertionTest() { policy_.public_base_url = "https://iam.setu.test"; }

  static std::string text(const std::string& header, const std::string& payload) {
    return crypto::base64url_encode(header) + "." + crypto::base64url_encode(payload) + ".c2ln";
  }
  static std::string text(const object& header, const object& claims) {
    return text(boost::json::serialize(header), boost::json::serialize(claims));
  }
  [[nodiscard]] std::string answer(const std::string& assertion) const {
    const auto parsed = ClientAssertion::parse(assertion, policy_, now_);
    return parsed ? "" : parsed.error().message.substr(std::string("client_assertion: ").size());
  }
  template <typename Value>
  [[nodiscard]] std::string with_claim(std::string_view name, const Value& value) const {
    auto claims = claims_;
    claims[name] = value;
    return answer(text(header_, claims));
  }
  [[nodiscard]] std::string without_claim(std::string_view name) const {
    auto claims = claims_;
    claims.erase(name);
    return answer(text(header_, claims));
  }
  [[nodiscard]] std::string with_parameter(std::string_view name, const boost::json::value& value) const {
    auto header = header_;
    header[name] = value;
    return answer(text(header, claims_));
  }

  Policy policy_;
  const Instant now_{1'800'000'000s};
  const object header_{{"alg", "RS256"}, {"kid", "key-1"}};
  const object claims_{{"iss", "FIP-1"},
                       {"sub", "FIP-1"},
                       {"aud", "https://iam.setu.test/auth/realms/sahamati"},
                       {"exp", 1'800'000'060},
                       {"jti", "once"}};
};

TEST_F(ClientAssertionTest, TellsWhatItSays) {
  const auto assertion = ClientAssertion::parse(text(header_, claims_), policy_, now_);
  ASSERT_TRUE(assertion) << assertion.error().message;
  EXPECT_EQ(assertion->entity(), EntityId("FIP-1"));
  EXPECT_EQ(assertion->key_id(), "key-1");
  EXPECT_EQ(assertion->expires_at(), now_ + 60s);
  EXPECT_EQ(assertion->id_digest(), crypto::sha256("once"));
}

TEST_F(ClientAssertionTest, IsSignedByTheKeyThatSignedItAlone) {
  for (const auto* alg : {"RS256", "PS256"}) {
    const auto algorithm = *crypto::parse_signature_algorithm(alg);
    const auto key = std::make_shared<const crypto::PrivateKey>(*crypto::PrivateKey::generate(algorithm));
    const auto other = *crypto::PrivateKey::generate(algorithm);
    auto header = header_;
    header["alg"] = alg;
    auto signer = *crypto::Signer::create(key);
    const auto signed_text = *crypto::compact_jws(signer, crypto::base64url_encode(boost::json::serialize(header)),
                                                  boost::json::serialize(claims_));
    const auto assertion = ClientAssertion::parse(signed_text, policy_, now_);
    ASSERT_TRUE(assertion);
    EXPECT_TRUE(assertion->is_signed_by(key->public_key())) << alg;
    EXPECT_FALSE(assertion->is_signed_by(other.public_key())) << alg;
    header["alg"] = std::string_view(alg) == "RS256" ? "PS256" : "RS256";
    const auto renamed =
        crypto::base64url_encode(boost::json::serialize(header)) + signed_text.substr(signed_text.find('.'));
    EXPECT_FALSE(ClientAssertion::parse(renamed, policy_, now_)->is_signed_by(key->public_key())) << alg;
  }
}

TEST_F(ClientAssertionTest, NamesIssuerOrTokenEndpointAsItsOneAudience) {
  const std::string issuer = "https://iam.setu.test/auth/realms/sahamati";
  EXPECT_EQ(with_claim("aud", issuer), "");
  EXPECT_EQ(with_claim("aud", issuer + "/protocol/openid-connect/token"), "");
  const std::string_view refusal = "aud must be one text, the issuer or the token endpoint";
  for (const auto& audience :
       {boost::json::value(issuer + "/"), boost::json::value("https://iam.setu.test"), boost::json::value("account"),
        boost::json::value(issuer + "/protocol/openid-connect/token/introspect"), boost::json::value(7),
        boost::json::value(boost::json::array{issuer}), boost::json::value(boost::json::array{issuer, "x"}),
        boost::json::value(nullptr)}) {
    EXPECT_EQ(with_claim("aud", audience), refusal) << boost::json::serialize(audience);
  }
  EXPECT_EQ(without_claim("aud"), refusal);
}

TEST_F(ClientAssertionTest, ExpiresAheadButNotFarAhead) {
  EXPECT_EQ(with_claim("exp", 1'800'000'300), "");
  EXPECT_EQ(with_claim("exp", 1'800'000'001), "");
  EXPECT_EQ(with_claim("exp", 1'800'000'000.5), "");
  EXPECT_EQ(with_claim("exp", 1'800'000'301), "exp must be at most 300 seconds ahead");
  EXPECT_EQ(with_claim("exp", 1'800'000'300.5), "exp must be at most 300 seconds ahead");
  EXPECT_EQ(with_claim("exp", 1'800'000'000), "it has expired");
  for (const auto& date : {boost::json::value("1800000060"), boost::json::value(-1), boost::json::value(1e300),
                           boost::json::value(nullptr), boost::json::value(true)}) {
    EXPECT_EQ(with_claim("exp", date), "exp is required") << boost::json::serialize(date);
  }
  EXPECT_EQ(without_claim("exp"), "exp is required");
}

TEST_F(ClientAssertionTest, MayBeDatedByAClockThatIsALittleAhead) {
  EXPECT_EQ(with_claim("nbf", 1'800'000'060), "");
  EXPECT_EQ(with_claim("nbf", 1'800'000'061), "nbf lies ahead");
  EXPECT_EQ(with_claim("nbf", "now"), "nbf lies ahead");
}

TEST_F(ClientAssertionTest, HasAnIdOfUpTo128Characters) {
  std::string devanagari;
  for (int i = 0; i < 128; ++i) devanagari += "\xe0\xa4\xa6";
  EXPECT_EQ(with_claim("jti", "x"), "");
  EXPECT_EQ(with_claim("jti", std::string(128, 'x')), "");
  EXPECT_EQ(with_claim("jti", devanagari), "");
  for (const auto& id : {boost::json::value(""), boost::json::value(std::string(129, 'x')),
                         boost::json::value(devanagari + "x"), boost::json::value(7)}) {
    EXPECT_EQ(with_claim("jti", id), "jti must have 1 to 128 characters") << boost::json::serialize(id);
  }
  EXPECT_EQ(without_claim("jti"), "jti must have 1 to 128 characters");
}

TEST_F(ClientAssertionTest, IsIssuedByTheEntityForItself) {
  for (const auto* name : {"iss", "sub"}) {
    for (const auto& id : {boost::json::value("AA-1"), boost::json::value(""), boost::json::value(7)}) {
      EXPECT_EQ(with_claim(name, id), "iss and sub must be the entity id");
    }
    EXPECT_EQ(without_claim(name), "iss and sub must be the entity id");
  }
}

TEST_F(ClientAssertionTest, IsSignedWithRsaAndSha256) {
  EXPECT_EQ(with_parameter("alg", "PS256"), "");
  for (const auto* alg : {"none", "None", "", "HS256", "RS384", "RS512", "PS512", "ES256", "EdDSA", "rs256"}) {
    EXPECT_EQ(with_parameter("alg", alg), "alg must be RS256 or PS256") << alg;
  }
  EXPECT_EQ(answer(text(object{{"kid", "key-1"}}, claims_)), "alg must be RS256 or PS256");
}

TEST_F(ClientAssertionTest, NamesItsKeyAndBringsNone) {
  EXPECT_EQ(with_parameter("kid", ""), "kid is required");
  EXPECT_EQ(with_parameter("kid", 7), "kid is required");
  EXPECT_EQ(answer(text(object{{"alg", "RS256"}}, claims_)), "kid is required");
  for (const auto* name : {"crit", "jku", "jwk", "x5u", "b64"}) {
    EXPECT_EQ(with_parameter(name, "x"), std::string("the header parameter ") + name + " is not allowed");
  }
  EXPECT_EQ(with_parameter("typ", "JWT"), "");
  EXPECT_EQ(with_parameter("typ", "client-authentication+jwt"), "");
  for (const auto* type : {"at+jwt", "dpop+jwt", "", "JOSE"}) EXPECT_EQ(with_parameter("typ", type), "typ must be JWT");
}

TEST_F(ClientAssertionTest, SaysNothingTwice) {
  const auto header = boost::json::serialize(header_);
  const auto claims = boost::json::serialize(claims_);
  EXPECT_EQ(answer(text(header, R"({"sub":"AA-1",)" + claims.substr(1))), "its payload has a name twice");
  EXPECT_EQ(answer(text(R"({"alg":"PS256",)" + header.substr(1), claims)), "it is no JWT in compact form");
}

TEST_F(ClientAssertionTest, IsAJwt) {
  for (const auto* no_jwt : {"", "x", "..", "a.b", "a.b.c.d", "e30.e30."}) {
    EXPECT_EQ(answer(no_jwt), "it is no JWT in compact form") << no_jwt;
  }
  const auto header = boost::json::serialize(header_);
  for (const auto* payload : {"", "[]", "no JSON", "7"}) {
    EXPECT_EQ(answer(text(header, payload)), "its payload is no JSON object") << payload;
  }
}

}  // namespace
}  // namespace dwarpal::core
