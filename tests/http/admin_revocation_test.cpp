// /admin/v1: tokens that an operator ends. In force at once, in every call and in introspection.
#include "http/admin_scenario.hpp"

namespace dwarpal::test {
namespace {

class AdminRevocation : public AdminScenario {
 protected:
  void SetUp() override {
    AdminScenario::SetUp();
    secret_ = reset().text("secret");
  }

  std::string member_token() { return entity_token(secret_).text("accessToken"); }
  /// What introspection tells an operator.
  boost::json::object told_of(const std::string& token) {
    const HttpCall call{.path = "/auth/realms/sahamati/protocol/openid-connect/token/introspect",
                        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                        .body = "token=" + form_encoded(token)};
    return ask(call.by(token_of(kOperator))).json();
  }
  std::string jti_of(const std::string& token) { return std::string(told_of(token).at("jti").as_string()); }
  bool is_active(const std::string& token) { return told_of(token).at("active").as_bool(); }

  /// Whether the token of FIP-1 reads the registry.
  bool reads_registry(const std::string& token) {
    const auto reply = ask(get_call("/cr/v2/entityInfo/FIP").by(token));
    EXPECT_TRUE(reply.status == 200 || reply.status == 401) << reply.status;
    return reply.status == 200;
  }
  bool reads_secret(const std::string& token) {
    return post("/entity/secret/read", {{"entityId", kMember}}, token).status == 200;
  }

  std::string secret_;
};

TEST_F(AdminRevocation, OfOneTokenEndsItAtOnceAndNoOther) {
  const auto ended = member_token();
  const auto other = member_token();
  ASSERT_TRUE(reads_registry(ended));
  const auto jti = jti_of(ended);
  at(start_ + 1500ms);
  EXPECT_THAT(act("/tokens/" + jti + "/revoke", {{"reason", "found in a log"}}),
              is_answered({{"jti", jti}, {"revokedOn", unix_milliseconds(start_ + 1500ms)}}));
  EXPECT_FALSE(reads_registry(ended));
  EXPECT_EQ(told_of(ended), (boost::json::object{{"active", false}}));
  EXPECT_TRUE(reads_registry(other));
  EXPECT_TRUE(is_active(other));
  const auto record = newest_record_of("token.revoke");
  EXPECT_EQ(record.at("reason"), "found in a log");
  EXPECT_EQ(record.at("details").at("jti").as_string(), jti);
  EXPECT_EQ(record.at("actor").as_string(), kOperator);
}

TEST_F(AdminRevocation, OfOneTokenTakesEveryUuidAlsoOneThatNobodyKnowsAndAgain) {
  const std::string upper = "3C0CACA8-F42D-4CD5-97BB-48A13D95C73E";
  for (int time = 0; time < 2; ++time) {
    EXPECT_THAT(act("/tokens/" + upper + "/revoke"), is_answered({{"jti", "3c0caca8-f42d-4cd5-97bb-48a13d95c73e"}}));
  }
  for (const auto* no_id : {"x", "3c0caca8f42d4cd597bb48a13d95c73e", "3c0caca8-f42d-4cd5-97bb-48a13d95c73", "%20"}) {
    EXPECT_THAT(act("/tokens/" + std::string(no_id) + "/revoke"), is_refused(400, "jti must be a UUID")) << no_id;
  }
}

TEST_F(AdminRevocation, OfAllTokensOfAnEntitySaysFromWhenAndSparesTheNextOne) {
  at(start_ + 1500ms);
  const auto before = member_token();
  ASSERT_TRUE(reads_registry(before));
  at(start_ + 1600ms);
  EXPECT_THAT(
      act("/entities/FIP-1/revoke-tokens", {{"reason", "an incident"}}),
      is_answered({{"id", kMember}, {"status", "ACTIVE"}, {"tokensNotBefore", unix_milliseconds(start_ + 2s)}}));
  EXPECT_FALSE(reads_registry(before));
  EXPECT_FALSE(is_active(before));
  const auto next = member_token();
  EXPECT_TRUE(reads_registry(next)) << "in the same second";
  EXPECT_TRUE(is_active(next));
  EXPECT_EQ(newest_record_of("entity.revoke-tokens").at("reason"), "an incident");
  EXPECT_THAT(look("/entities/FIP-1"), is_answered({{"tokensNotBefore", unix_milliseconds(start_ + 2s)}}));
}

TEST_F(AdminRevocation, OfAllTokensOfAUserSaysFromWhenAndSparesTheNextOne) {
  at(start_ + 1500ms);
  const auto before = token_of(kAdmin);
  ASSERT_TRUE(reads_secret(before));
  at(start_ + 1600ms);
  EXPECT_THAT(act("/users/admin@fip-1.test/revoke-tokens", {{"reason", "a lost laptop"}}),
              is_answered({{"email", kAdmin}, {"tokensNotBefore", unix_milliseconds(start_ + 2s)}}));
  EXPECT_FALSE(reads_secret(before));
  EXPECT_FALSE(is_active(before));
  EXPECT_TRUE(reads_secret(sign_in(kAdmin).text("accessToken")));
  EXPECT_EQ(newest_record_of("user.revoke-tokens").at("reason"), "a lost laptop");
}

TEST_F(AdminRevocation, OfAnOperatorsOwnTokensEndsTheTokenThatAsked) {
  const auto presented = token_of(kOperator);
  EXPECT_THAT(ask(call("POST", "/users/operator@setu.test/revoke-tokens").by(presented)), is_answered());
  EXPECT_THAT(ask(call("GET", "/health").by(presented)), is_refused(401, kBadToken));
}

TEST_F(AdminRevocation, NamesWhatIsNotThereOrWrong) {
  for (const auto* path : {"/entities/FIP-2/revoke-tokens", "/entities/fip-1/revoke-tokens"}) {
    EXPECT_THAT(act(path), is_refused(404, "Entity not found")) << path;
  }
  for (const auto* path : {"/users/nobody@setu.test/revoke-tokens", "/users/no-address/revoke-tokens"}) {
    EXPECT_THAT(act(path), is_refused(404, kNoUser)) << path;
  }
  const auto before = network().dump_of_store();
  for (const auto* path : {"/entities/FIP-1/revoke-tokens", "/users/admin@fip-1.test/revoke-tokens",
                           "/tokens/3c0caca8-f42d-4cd5-97bb-48a13d95c73e/revoke"}) {
    EXPECT_THAT(act(path, {{"reason", 7}}), is_refused_naming(400, "reason")) << path;
    EXPECT_THAT(act(path, {{"reason", std::string(257, 'x')}}), is_refused_naming(400, "reason")) << path;
  }
  EXPECT_EQ(network().dump_of_store(), before);
  deregister_entity();
  EXPECT_THAT(act("/entities/FIP-1/revoke-tokens"), is_refused(409, "Entity is deregistered"));
}

}  // namespace
}  // namespace dwarpal::test
