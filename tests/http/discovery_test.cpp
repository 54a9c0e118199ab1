// Where verifiers look: keys and metadata; and the other documents that are served.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <vector>

#include "crypto/jws.hpp"
#include "crypto/public_key.hpp"
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

const std::string kIssuerPath = "/auth/realms/sahamati";
const std::vector<std::string> kDocuments = {kIssuerPath + "/protocol/openid-connect/certs",
                                             kIssuerPath + "/.well-known/openid-configuration",
                                             "/.well-known/oauth-authorization-server" + kIssuerPath};

using Discovery = Scenario;

TEST_F(Discovery, PublishesTheKeyThatVerifiesATokenOfEachKind) {
  const auto keys = get(kDocuments.at(0)).json().at("keys").as_array();
  ASSERT_EQ(keys.size(), 1U);
  const auto& jwk = keys.front().as_object();
  EXPECT_EQ(jwk.at("kty"), "RSA");
  EXPECT_EQ(jwk.at("use"), "sig");
  EXPECT_EQ(jwk.at("alg"), "RS256");
  EXPECT_EQ(jwk.at("e"), "AQAB");
  EXPECT_EQ(jwk.at("x5c").as_array().size(), 1U);
  EXPECT_EQ(jwk.at("x5t#S256").as_string().size(), 43U);
  for (const auto* secret_member : {"d", "p", "q", "dp", "dq", "qi", "k"}) EXPECT_FALSE(jwk.contains(secret_member));

  const auto key = *crypto::PublicKey::from_jwk(jwk);
  EXPECT_EQ(jwk.at("kid"), boost::json::value(boost::json::string(key.thumbprint())));
  for (const auto& token : {token_of(kAdmin), entity_token(reset().text("secret")).text("accessToken")}) {
    const auto jws = *crypto::parse_compact_jws(token);
    EXPECT_EQ(jws.header, (boost::json::object{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", jwk.at("kid")}}));
    EXPECT_TRUE(key.verify(crypto::SignatureAlgorithm::RS256, jws.signing_input, jws.signature));
    EXPECT_EQ(boost::json::parse(jws.payload).as_object().at("iss"), boost::json::value(boost::json::string(kIssuer)));
    EXPECT_FALSE(token.substr(0, token.rfind('.')).find_first_of("-_") < token.rfind('.')) << "naive decoders";
  }
}

TEST_F(Discovery, DescribesTheIssuerByWhatIsServed) {
  for (const auto& path : {kDocuments.at(1), kDocuments.at(2)}) {
    const auto metadata = get(path).json();
    EXPECT_EQ(metadata.at("issuer"), boost::json::value(boost::json::string(kIssuer)));
    EXPECT_EQ(metadata.at("jwks_uri"),
              boost::json::value(boost::json::string(kIssuer + "/protocol/openid-connect/certs")));
    EXPECT_EQ(metadata.at("response_types_supported"), boost::json::array{});
    EXPECT_FALSE(metadata.contains("authorization_endpoint"));
    EXPECT_EQ(metadata.at("grant_types_supported"), (boost::json::array{"client_credentials"}));
    for (const auto& [member, end] :
         {std::pair("token_endpoint", "/token"), std::pair("introspection_endpoint", "/token/introspect"),
          std::pair("revocation_endpoint", "/revoke")}) {
      EXPECT_EQ(metadata.at(member).as_string(), kIssuer + "/protocol/openid-connect" + end);
    }
    EXPECT_EQ(metadata.at("token_endpoint_auth_methods_supported"),
              (boost::json::array{"client_secret_basic", "client_secret_post", "private_key_jwt"}));
    EXPECT_EQ(metadata.at("introspection_endpoint_auth_methods_supported"),
              (boost::json::array{"client_secret_basic", "client_secret_post", "private_key_jwt", "Bearer"}));
    EXPECT_EQ(metadata.at("token_endpoint_auth_signing_alg_values_supported"), (boost::json::array{"RS256", "PS256"}));
  }
  EXPECT_EQ(get(kDocuments.at(1)).body, get(kDocuments.at(2)).body);
}

TEST_F(Discovery, IsOpenToEveryOriginAndMayBeKept) {
  for (const auto& path : kDocuments) {
    const auto reply = get(path);
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_EQ(reply.header("access-control-allow-origin"), "*");
    EXPECT_THAT(reply.header("cache-control"), testing::HasSubstr("max-age="));
    EXPECT_EQ(reply.header("server"), "");
    EXPECT_FALSE(reply.header("x-request-id").empty());
  }
}

TEST_F(Discovery, IsSentOnceToWhoHasIt) {
  for (const auto& path : kDocuments) {
    const auto tag = get(path).header("etag");
    ASSERT_THAT(tag, testing::MatchesRegex("\"[A-Za-z0-9_-]+\""));
    for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
      const auto reply = ask(get_call(path).with("If-None-Match", known));
      EXPECT_EQ(reply.status, 304U) << known;
      EXPECT_EQ(reply.body, "");
      EXPECT_EQ(reply.header("etag"), tag);
      EXPECT_EQ(reply.header("access-control-allow-origin"), "*");
    }
    for (const auto* other : {"\"other\"", "", "W/\"other\""}) {
      EXPECT_EQ(ask(get_call(path).with("If-None-Match", other)).status, 200U) << other;
    }
  }
}

TEST_F(Discovery, AnswersHeadAsGetWithoutABody) {
  for (const auto& path : kDocuments) {
    const auto full = get(path);
    const auto head = ask({.method = "HEAD", .path = path});
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.header("content-length"), std::to_string(full.body.size()));
    EXPECT_EQ(head.header("etag"), full.header("etag"));
    EXPECT_EQ(get("/health/live").status, 200U);  // on the same connection: nothing of a body was left in it
  }
}

TEST_F(Discovery, LetsScriptsOfOtherOriginsAskWhetherItChanged) {
  for (const auto& path : kDocuments) {
    const auto reply = ask({.method = "OPTIONS",
                            .path = path,
                            .headers = {{"Origin", "https://verifier.test"},
                                        {"Access-Control-Request-Method", "GET"},
                                        {"Access-Control-Request-Headers", "if-none-match"}}});
    EXPECT_EQ(reply.status, 204U);
    EXPECT_EQ(reply.header("access-control-allow-origin"), "*");
    EXPECT_EQ(reply.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(reply.header("access-control-allow-headers"), "If-None-Match");
    EXPECT_EQ(get("/health/live").status, 200U);  // on the same connection: a 204 has no body
  }
}

TEST_F(Discovery, AllowsNothingElse) {
  for (const auto& path : kDocuments) {
    for (const auto* method : {"POST", "PUT", "DELETE", "PATCH"}) {
      const auto reply = ask({.method = method, .path = path});
      EXPECT_EQ(reply.status, 405U);
      EXPECT_EQ(reply.header("allow"), "GET, HEAD, OPTIONS");
    }
  }
}

TEST_F(Discovery, IsUnderTheConfiguredRealmAlone) {
  for (const auto* path : {"/auth/realms/other/protocol/openid-connect/certs", "/auth/realms/sahamati",
                           "/auth/realms/sahamati/protocol/openid-connect/auth"}) {
    EXPECT_EQ(get(path).status, 404U) << path;
  }
}

TEST_F(Discovery, ServesThePagesOfTheLinksWithoutAnythingFromElsewhere) {
  for (const auto* path : {"/console/activate", "/console/reset-password"}) {
    const auto reply = get(path);
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.header("content-type"), "text/html; charset=utf-8");
    EXPECT_THAT(reply.header("content-security-policy"), testing::HasSubstr("default-src 'none'"));
    EXPECT_EQ(reply.header("access-control-allow-origin"), "");
  }
}

}  // namespace
}  // namespace dwarpal::test
