// Client authentication by a signed assertion, private_key_jwt (RFC 7523).
#include <boost/json/serialize.hpp>
#include <memory>
#include <thread>

#include "crypto/base64url.hpp"
#include "crypto/jws.hpp"
#include "crypto/private_key.hpp"
#include "crypto/signer.hpp"
#include "http/oauth_scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;
using SharedKey = std::shared_ptr<const crypto::PrivateKey>;

const std::string kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

SharedKey make_key(crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::RS256) {
  return std::make_shared<const crypto::PrivateKey>(*crypto::PrivateKey::generate(algorithm));
}

const std::string kClient = "FIU-1";
const std::string kNotSigned = "no active entity signed it with the registered key of that kid";

/// FIU-1 has a key, and so has AA-1; both have a secret.
class Assertion : public OAuthScenario {
 protected:
  void SetUp() override {
    OAuthScenario::SetUp();
    make_member_with(key_, kClient, "its-key");
    make_member_with(others_key_, "FIP-2", "others-key");
  }

  /// An active member whose record has that key, and the other as a further one.
  void make_member_with(const SharedKey& key, const std::string& id, const std::string& kid) {
    auto request = registration("fiu", id);
    auto& info = request.at("entityinfo").as_object();
    info["certificate"] = jwk(key, kid);
    info["additionalCertificates"] = boost::json::array{jwk(further_key_, kid + "-2")};
    ASSERT_THAT(post("/entity/register", request, token_of(kOperator)), is_answered());
    const auto admin = std::string(request.at("user").at("email").as_string());
    activate(admin);
    ASSERT_THAT(post("/entity/secret/reset", {{"entityId", id}}, token_of(admin)), is_answered());
  }
  static object jwk(const SharedKey& key, const std::string& kid) {
    auto jwk = key->public_key().to_jwk();
    jwk["kid"] = kid;
    jwk["use"] = "sig";
    jwk["alg"] = "RS256";
    return jwk;
  }

  object claims() {
    return {{"iss", kClient},
            {"sub", kClient},
            {"aud", kIssuer},
            {"jti", "id-" + std::to_string(++count_)},
            {"exp", unix_seconds(clock_.now()) + 60}};
  }
  template <typename Value>
  object claims_with(std::string_view name, const Value& value) {
    auto changed = claims();
    changed[name] = value;
    return changed;
  }
  static std::string sign(const SharedKey& key, const object& header, const std::string& payload) {
    auto signer = *crypto::Signer::create(key);
    return *crypto::compact_jws(signer, crypto::base64url_encode(boost::json::serialize(header)), payload);
  }
  std::string signed_by_client(const object& with_claims) {
    return sign(key_, header_, boost::json::serialize(with_claims));
  }
  std::string assertion() { return signed_by_client(claims()); }

  static Fields fields(const std::string& assertion) {
    return {{"grant_type", "client_credentials"},
            {"client_assertion_type", kAssertionType},
            {"client_assertion", assertion}};
  }
  Reply present(const std::string& assertion) { return ask(oauth_call(kTokenPath, fields(assertion))); }
  void expect_refused(const std::string& assertion, const std::string& why) {
    const auto reply = present(assertion);
    EXPECT_THAT(reply, is_oauth_error(401, "invalid_client")) << why;
    EXPECT_THAT(reply.text("error_description"), testing::HasSubstr(why));
  }

  const SharedKey key_ = make_key();
  const SharedKey others_key_ = make_key();
  const SharedKey further_key_ = make_key();
  const object header_{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "its-key"}};
  int count_ = 0;
};

TEST_F(Assertion, GetsTheTokenThatASecretGets) {
  const auto reply = present(assertion());
  ASSERT_THAT(reply, is_oauth_answer());
  EXPECT_FALSE(reply.has("warning"));
  const auto told = introspect(reply.text("access_token"));
  EXPECT_EQ(told.at("azp"), "FIU-1");
  EXPECT_EQ(told.at("roles"), "FIU");
  auto with_client_id = fields(assertion());
  with_client_id["client_id"] = kClient;
  EXPECT_THAT(ask(oauth_call(kTokenPath, with_client_id)), is_oauth_answer());
  EXPECT_THAT(present(signed_by_client(claims_with("aud", kIssuer + "/protocol/openid-connect/token"))),
              is_oauth_answer());
}

TEST_F(Assertion, MayBeSignedWithPssAndByAFurtherKeyOfTheRecord) {
  const auto pkcs8 = key_->to_pkcs8();
  const auto pss = std::make_shared<const crypto::PrivateKey>(
      *crypto::PrivateKey::from_pkcs8(crypto::SignatureAlgorithm::PS256, pkcs8));
  EXPECT_THAT(present(sign(pss, {{"alg", "PS256"}, {"kid", "its-key"}}, boost::json::serialize(claims()))),
              is_oauth_answer());
  EXPECT_THAT(present(sign(further_key_, {{"alg", "RS256"}, {"kid", "its-key-2"}}, boost::json::serialize(claims()))),
              is_oauth_answer());
}

TEST_F(Assertion, AuthenticatesIntrospectionAndRevocationToo) {
  const auto token = present(assertion()).text("access_token");
  auto ask_with = [&](const std::string& path) {
    auto form = fields(assertion());
    form["token"] = token;
    return ask(oauth_call(path, form));
  };
  EXPECT_TRUE(ask_with(kIntrospectPath).json().at("active").as_bool());
  EXPECT_THAT(ask_with(kRevokePath), is_oauth_answer());
  EXPECT_FALSE(ask_with(kIntrospectPath).json().at("active").as_bool());
}

TEST_F(Assertion, WorksWhateverTheStandingOfTheSecret) {
  at(day(400));
  EXPECT_THAT(present(assertion()), is_oauth_answer());
  suspend_entity(kClient);
  expect_refused(assertion(), kNotSigned);
  resume_entity(kClient);
  EXPECT_THAT(present(assertion()), is_oauth_answer());
}

TEST_F(Assertion, IsRefusedWhileTheRecordOfItsKeyIsNotComplete) {
  const auto store_as = [&](bool complete) {
    const auto stored = node().store.write([&](core::Transaction& t) -> Result<> {
      const auto entity = TRY(t.entities().find(EntityId(kClient)));
      if (!entity) return fail(ErrorCode::NotFound, kClient);
      auto record = TRY(t.registry().find(entity->uuid));
      if (!record) return fail(ErrorCode::NotFound, kClient);
      record->complete = complete;
      return t.registry().put(entity->uuid, *record);
    });
    EXPECT_TRUE(stored);
  };
  store_as(false);
  expect_refused(assertion(), kNotSigned);
  auto form = fields(assertion());
  form["token"] = "a.b.c";
  EXPECT_THAT(ask(oauth_call(kIntrospectPath, form)), is_oauth_error(401, "invalid_client"));
  store_as(true);
  EXPECT_THAT(present(assertion()), is_oauth_answer());
}

TEST_F(Assertion, IsGoodOnceEverywhere) {
  const auto used = assertion();
  EXPECT_THAT(present(used), is_oauth_answer());
  expect_refused(used, "its jti was used before");
  auto form = fields(used);
  form["token"] = "x";
  EXPECT_THAT(ask(oauth_call(kIntrospectPath, form)), is_oauth_error(401, "invalid_client"));
  // Another assertion with the same id, also after the first has expired but is still kept.
  auto again = claims_with("jti", "id-1");
  expect_refused(signed_by_client(again), "its jti was used before");
  at(start_ + 60s + 59s);
  again["exp"] = unix_seconds(clock_.now()) + 60;
  expect_refused(signed_by_client(again), "its jti was used before");
  at(start_ + 60s + 60s);
  ASSERT_TRUE(node().entity_authentication.forget_ended_assertions());
  again["exp"] = unix_seconds(clock_.now()) + 60;
  EXPECT_THAT(present(signed_by_client(again)), is_oauth_answer());
}

TEST_F(Assertion, ThatFailedIsNotUsedUp) {
  auto form = fields(assertion());
  form["client_id"] = kMember;
  EXPECT_THAT(ask(oauth_call(kTokenPath, form)), is_oauth_error(401, "invalid_client"));
  form["client_id"] = kClient;
  EXPECT_THAT(ask(oauth_call(kTokenPath, form)), is_oauth_answer());
}

TEST_F(Assertion, IsWonByOneOfTwoThatComeAtOnce) {
  for (int round = 0; round < 5; ++round) {
    const auto bytes = oauth_call(kTokenPath, fields(assertion())).bytes();
    std::array<unsigned, 2> statuses{};
    std::vector<std::thread> threads;
    for (auto& status : statuses) {
      threads.emplace_back([&, port = network().port()] {
        http::TestClient client(port);
        client.send(bytes);
        const auto answer = client.receive();
        status = answer ? answer->status : 0;
      });
    }
    for (auto& thread : threads) thread.join();
    std::ranges::sort(statuses);
    EXPECT_THAT(statuses, testing::ElementsAre(200U, 401U));
  }
}

TEST_F(Assertion, IsRefusedWhenAnotherSignedIt) {
  const auto payload = boost::json::serialize(claims());
  expect_refused(sign(others_key_, header_, payload), kNotSigned);
  expect_refused(sign(others_key_, {{"alg", "RS256"}, {"kid", "others-key"}}, payload), kNotSigned);
  expect_refused(sign(key_, {{"alg", "RS256"}, {"kid", "unknown"}}, payload), kNotSigned);
  expect_refused(sign(further_key_, header_, payload), kNotSigned);
  auto unknown = claims();
  unknown["iss"] = unknown["sub"] = "NO-SUCH";
  expect_refused(signed_by_client(unknown), kNotSigned);
  EXPECT_THAT(present(sign(key_, header_, payload)), is_oauth_answer());
}

TEST_F(Assertion, IsRefusedForWhatItSays) {
  const auto now = unix_seconds(clock_.now());
  const std::string audience = "aud must be one text";
  for (const auto& aud : {boost::json::value(boost::json::array{kIssuer}), boost::json::value("account"),
                          boost::json::value("https://iam.setu.test"), boost::json::value(nullptr)}) {
    expect_refused(signed_by_client(claims_with("aud", aud)), audience);
  }
  expect_refused(signed_by_client(claims_with("iss", "FIP-2")), "iss and sub");
  expect_refused(signed_by_client(claims_with("sub", "FIP-2")), "iss and sub");
  expect_refused(signed_by_client(claims_with("exp", now)), "expired");
  expect_refused(signed_by_client(claims_with("exp", now + 301)), "300 seconds");
  EXPECT_THAT(present(signed_by_client(claims_with("exp", now + 300))), is_oauth_answer());
  expect_refused(signed_by_client(claims_with("jti", std::string(129, 'x'))), "jti");
  expect_refused(sign(key_, header_, R"({"sub":"FIP-2",)" + boost::json::serialize(claims()).substr(1)), "twice");
}

TEST_F(Assertion, IsRefusedForAlgorithmsAndHeadersThatAreNotAdmitted) {
  const auto payload = boost::json::serialize(claims());
  for (const auto* alg : {"none", "HS256", "RS512", "ES256"}) {
    expect_refused(sign(key_, {{"alg", alg}, {"kid", "its-key"}}, payload), "alg must be");
  }
  const auto none =
      crypto::base64url_encode(R"({"alg":"none","kid":"its-key"})") + "." + crypto::base64url_encode(payload) + ".";
  expect_refused(none, "no JWT");
  expect_refused(sign(key_, {{"alg", "RS256"}}, payload), "kid");
  expect_refused(sign(key_, {{"alg", "RS256"}, {"kid", "its-key"}, {"crit", boost::json::array{"exp"}}}, payload),
                 "crit");
  expect_refused(sign(key_, {{"alg", "RS256"}, {"kid", "its-key"}, {"jwk", jwk(key_, "its-key")}}, payload), "jwk");
  expect_refused("x", "no JWT");
}

TEST_F(Assertion, IsTheOnlyAuthenticationOfItsRequest) {
  auto form = fields(assertion());
  EXPECT_THAT(ask(oauth_call(kTokenPath, form).with("Authorization", basic(kMember, secret_))),
              is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(oauth_call(kTokenPath, form).with("Authorization", "Bearer x")),
              is_oauth_error(400, "invalid_request"));
  form["client_secret"] = secret_;
  EXPECT_THAT(ask(oauth_call(kTokenPath, form)), is_oauth_error(400, "invalid_request"));
  form.erase("client_secret");
  for (const auto* type : {"", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "jwt-bearer"}) {
    form["client_assertion_type"] = type;
    EXPECT_THAT(ask(oauth_call(kTokenPath, form)), is_oauth_error(401, "invalid_client")) << type;
  }
  form["client_assertion_type"] = kAssertionType;
  form.erase("client_assertion");
  EXPECT_THAT(ask(oauth_call(kTokenPath, form)), is_oauth_error(401, "invalid_client"));
}

class AssertionWhereItIsNotAdmitted : public Assertion {
 protected:
  AssertionWhereItIsNotAdmitted() { settings_.policy.private_key_jwt = false; }
};

TEST_F(AssertionWhereItIsNotAdmitted, IsRefusedAndNotAnnounced) {
  EXPECT_THAT(present(assertion()), is_oauth_error(401, "invalid_client"));
  const auto metadata = get(kRealm + "/.well-known/openid-configuration").json();
  EXPECT_EQ(metadata.at("token_endpoint_auth_methods_supported"),
            (boost::json::array{"client_secret_basic", "client_secret_post"}));
  EXPECT_FALSE(metadata.contains("token_endpoint_auth_signing_alg_values_supported"));
}

}  // namespace
}  // namespace dwarpal::test
