// The token endpoint: client authentication, the grant, and the form of its errors.
#include <boost/json/parse.hpp>

#include "crypto/base64url.hpp"
#include "crypto/jws.hpp"
#include "http/oauth_scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;

class OAuthToken : public OAuthScenario {
 protected:
  static object claims_of(const std::string& token) {
    return boost::json::parse(crypto::parse_compact_jws(token).value().payload).as_object();
  }
  Reply post_token(Fields fields) { return ask(oauth_call(kTokenPath, with_grant(std::move(fields)))); }
  Reply with_header(const std::string& authorization, Fields fields = {}) {
    return ask(oauth_call(kTokenPath, with_grant(std::move(fields))).with("Authorization", authorization));
  }
  static Fields with_grant(Fields fields) {
    fields.emplace("grant_type", "client_credentials");
    return fields;
  }
};

TEST_F(OAuthToken, IsTheOneThatTheIamCallGives) {
  const auto reply = token_by_basic(kMember, secret_);
  ASSERT_THAT(reply, is_oauth_answer());
  EXPECT_EQ(reply.number("expires_in"), 86'400);
  EXPECT_EQ(reply.number("refresh_expires_in"), 0);
  EXPECT_EQ(reply.text("token_type"), "Bearer");
  EXPECT_EQ(reply.number("not-before-policy"), 0);
  EXPECT_EQ(reply.text("scope"), "openid email profile");
  EXPECT_FALSE(reply.has("warning"));
  EXPECT_EQ(reply.json().size(), 6U);

  auto claims = claims_of(reply.text("access_token"));
  auto iam_claims = claims_of(entity_token(secret_).text("accessToken"));
  EXPECT_NE(claims.at("jti"), iam_claims.at("jti"));
  claims.erase("jti");
  iam_claims.erase("jti");
  EXPECT_EQ(claims, iam_claims);
}

TEST_F(OAuthToken, IsGivenByBasicAndByTheForm) {
  EXPECT_THAT(token_by_basic(kMember, secret_), is_oauth_answer());
  EXPECT_THAT(post_token({{"client_id", kMember}, {"client_secret", secret_}}), is_oauth_answer());
}

TEST_F(OAuthToken, IsGivenForABasicHeaderThatIsPercentEncodedAsTheRfcSays) {
  std::string encoded;
  for (const auto letter : secret_) {
    if (letter == '-') encoded += "%2D";
    else if (letter == '_') encoded += "%5f";
    else encoded += letter;
  }
  EXPECT_THAT(token_by_basic("FIP%2D1", encoded), is_oauth_answer());
  EXPECT_THAT(token_by_basic("FIP-1", encoded), is_oauth_answer());
  EXPECT_THAT(with_header("bAsIc   " + crypto::base64_encode(kMember + ":" + secret_)), is_oauth_answer());
  EXPECT_THAT(with_header(basic(kMember, secret_), {{"client_id", kMember}}), is_oauth_answer()) << "named twice";
  EXPECT_THAT(with_header(basic(kMember, secret_), {{"client_secret", ""}}), is_oauth_answer()) << "empty is absent";
}

TEST_F(OAuthToken, WarnsWhileTheSecretIsInItsGrace) {
  const auto old = secret_;
  at(day(1));
  reset();
  const auto reply = token_by_basic(kMember, old);
  ASSERT_THAT(reply, is_oauth_answer());
  EXPECT_EQ(reply.text("warning"), replaced_warning(day(6)));
  at(day(6));
  EXPECT_THAT(token_by_basic(kMember, old), is_oauth_error(401, "invalid_client"));
}

TEST_F(OAuthToken, IgnoresTheScopeAndWhatItDoesNotKnow) {
  const auto reply = ask(
      by_member(kTokenPath,
                {{"grant_type", "client_credentials"}, {"scope", "everything"}, {"audience", "x"}, {"resource", "y"}}));
  ASSERT_THAT(reply, is_oauth_answer());
  EXPECT_EQ(reply.text("scope"), "openid email profile");
}

TEST_F(OAuthToken, IsRefusedAlikeWhateverIsWrongWithTheClient) {
  const std::string message = kBadSecret;
  for (const auto& [id, secret] :
       {std::pair(kMember, secret_ + "x"), std::pair(kMember, other_secret_), std::pair(std::string("fip-1"), secret_),
        std::pair(std::string("NO-SUCH"), secret_), std::pair(kMember, std::string("%zz"))}) {
    for (const auto& reply : {token_by_basic(id, secret), post_token({{"client_id", id}, {"client_secret", secret}})}) {
      EXPECT_THAT(reply, is_oauth_error(401, "invalid_client")) << id;
      EXPECT_EQ(reply.text("error_description"), message);
    }
  }
  suspend_entity();
  EXPECT_THAT(token_by_basic(kMember, secret_), is_oauth_error(401, "invalid_client"));
}

TEST_F(OAuthToken, IsRefusedWithoutAClientOrWithABadHeader) {
  EXPECT_THAT(post_token({}), is_oauth_error(401, "invalid_client"));
  EXPECT_THAT(post_token({{"client_id", kMember}}), is_oauth_error(401, "invalid_client"));
  EXPECT_THAT(post_token({{"client_secret", secret_}}), is_oauth_error(401, "invalid_client"));
  const auto encoded = crypto::base64_encode(kMember + ":" + secret_);
  for (const auto& header :
       {std::string("Basic"), std::string("Basic "), "Basic " + encoded + "=", "Basic !" + encoded,
        "Basic " + encoded + " x", "Basic " + crypto::base64_encode(kMember + secret_),
        "Basic " + crypto::base64_encode(""), "Basic " + crypto::base64_encode(":"),
        "Basic " + crypto::base64_encode(kMember + ":"), "Basic " + crypto::base64_encode(":" + secret_),
        "Basic " + crypto::base64_encode("\xff\xfe:" + secret_),
        "Basic " + crypto::base64_encode(kMember + ":\xc0\xaf"),
        "Basic " + crypto::base64_encode(kMember + std::string("\0:", 2) + secret_), "Digest " + encoded, encoded,
        std::string("")}) {
    EXPECT_THAT(with_header(header), is_oauth_error(401, "invalid_client")) << header;
  }
}

TEST_F(OAuthToken, IsNotGivenForABearerToken) {
  for (const auto& token : {fresh_token(), token_of(kOperator), token_of(kAdmin), std::string("x")}) {
    EXPECT_THAT(with_header("Bearer " + token), is_oauth_error(401, "invalid_client"));
  }
  EXPECT_THAT(with_header(fresh_token()), is_oauth_error(401, "invalid_client")) << "a bare token";
}

TEST_F(OAuthToken, WantsOneClientAuthenticationAtATime) {
  const Fields in_the_form{{"client_id", kMember}, {"client_secret", secret_}};
  EXPECT_THAT(with_header(basic(kMember, secret_), in_the_form), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(with_header("Bearer " + fresh_token(), in_the_form), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(with_header("Basic !", in_the_form), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(with_header(basic(kMember, secret_), {{"client_id", kOther}}), is_oauth_error(400, "invalid_request"));
  auto twice = by_member(kTokenPath, {{"grant_type", "client_credentials"}});
  twice.headers.push_back({"Authorization", basic(kMember, secret_)});
  EXPECT_THAT(ask(twice), is_oauth_error(400, "invalid_request"));
}

TEST_F(OAuthToken, WantsTheOneGrantOnce) {
  EXPECT_THAT(ask(by_member(kTokenPath, {})), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(by_member(kTokenPath, {{"grant_type", ""}})), is_oauth_error(400, "invalid_request"));
  for (const auto* grant : {"password", "authorization_code", "refresh_token", "Client_Credentials"}) {
    EXPECT_THAT(ask(by_member(kTokenPath, {{"grant_type", grant}})), is_oauth_error(400, "unsupported_grant_type"));
  }
  const auto call = by_member(kTokenPath, {});
  EXPECT_THAT(ask(call.with_body("grant_type=client_credentials&grant_type=client_credentials")),
              is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(call.with_body("grant_type=client_credentials&client_id=FIP-1&client_id=FIP-1")),
              is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(call.with_body("grant_type=%zz")), is_oauth_error(400, "invalid_request"));
}

TEST_F(OAuthToken, SpeaksOAuthAlsoWhereTheServerItselfRefuses) {
  const auto call = by_member(kTokenPath, {{"grant_type", "client_credentials"}});
  for (const auto* method : {"GET", "HEAD", "PUT", "DELETE", "PATCH"}) {
    auto other = call;
    other.method = method;
    const auto reply = ask(other);
    EXPECT_EQ(reply.status, 405U) << method;
    EXPECT_EQ(reply.header("allow"), "POST");
    if (other.method != "HEAD") {
      EXPECT_THAT(reply, is_oauth_error(405, "invalid_request")) << method;
    }
  }
  auto elsewhere = call;
  elsewhere.path = "/auth/realms/another/protocol/openid-connect/token";
  EXPECT_THAT(ask(elsewhere), is_oauth_error(404, "invalid_request"));
  EXPECT_THAT(ask(call.with_body(std::string(65'537, 'x'))), is_oauth_error(413, "invalid_request"));
  EXPECT_THAT(ask(call.without("Content-Type").with("Content-Type", "application/json")),
              is_oauth_error(415, "invalid_request"));
  EXPECT_THAT(ask(call.without("Content-Type")), is_oauth_answer()) << "a missing type counts as the right one";
}

TEST_F(OAuthToken, CountsFailuresByAddressTogetherWithTheIamCall) {
  for (std::int64_t failure = 0; failure < 50; ++failure) {
    EXPECT_THAT(token_by_basic(kMember, "wrong"), is_oauth_error(401, "invalid_client"));
    EXPECT_THAT(entity_token("wrong"), is_refused(401, kBadSecret));
  }
  const auto slowed = token_by_basic(kMember, "wrong");
  EXPECT_THAT(slowed, is_oauth_error(429, "temporarily_unavailable"));
  EXPECT_EQ(slowed.header("retry-after"), "1");
  EXPECT_THAT(token_by_basic(kMember, secret_), is_oauth_answer()) << "never the right secret";
}

TEST_F(OAuthToken, CanBeRefusedBySettingTheClockBack) {
  at(start_ - 2min);
  const auto reply = token_by_basic(kMember, secret_);
  EXPECT_THAT(reply, is_oauth_error(503, "temporarily_unavailable"));
  EXPECT_FALSE(reply.header("retry-after").empty());
}

}  // namespace
}  // namespace dwarpal::test
