// Introspection (RFC 7662), revocation (RFC 7009), and what a revoked token is good for: nothing.
#include <boost/json/parse.hpp>

#include "crypto/jws.hpp"
#include "http/oauth_scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;

class Introspection : public OAuthScenario {
 protected:
  Reply by_user(const std::string& path, const std::string& presented, const std::string& token) {
    return ask(oauth_call(path, {{"token", token}}).by(presented));
  }
  /// The audit records of that action.
  std::vector<std::string> records_of(const std::string& action) {
    std::vector<std::string> found;
    const auto records = node().store.read([](core::Transaction& t) { return t.audit().records_after({}, 100'000); });
    for (const auto& record : *records) {
      if (record.event.contains(R"("action":")" + action + '"')) found.push_back(record.event);
    }
    return found;
  }
};

using Revocation = Introspection;

TEST_F(Introspection, TellsAnEntityOfAnyEntitysToken) {
  const auto answer = introspect(fresh_token(kOther));
  EXPECT_TRUE(answer.at("active").as_bool());
  EXPECT_EQ(answer.at("token_type"), "Bearer");
  EXPECT_EQ(answer.at("client_id"), "AA-1");
  EXPECT_EQ(answer.at("azp"), "AA-1");
  EXPECT_EQ(answer.at("roles"), "AA");
  EXPECT_EQ(answer.at("iss"), "https://iam.setu.test/auth/realms/sahamati");
  EXPECT_EQ(answer.at("exp").as_int64() - answer.at("iat").as_int64(), 86'400);
  EXPECT_EQ(answer.at("scope"), "openid email profile");
  EXPECT_FALSE(answer.contains("username"));
  // Once more, now from memory.
  EXPECT_EQ(introspect(fresh_token(kOther)).at("client_id"), "AA-1");
}

TEST_F(Introspection, AuthenticatesByTheFormToo) {
  const auto token = fresh_token();
  const Fields fields{{"token", token}, {"client_id", kOther}, {"client_secret", other_secret_}};
  for (int time = 0; time < 2; ++time) {
    const auto reply = ask(oauth_call(kIntrospectPath, fields));
    ASSERT_THAT(reply, is_oauth_answer());
    EXPECT_TRUE(reply.json().at("active").as_bool());
  }
  auto with_hint = fields;
  with_hint["token_type_hint"] = "refresh_token";
  EXPECT_TRUE(ask(oauth_call(kIntrospectPath, with_hint)).json().at("active").as_bool());
}

TEST_F(Introspection, HidesUsersFromEntities) {
  for (const auto& token : {token_of(kAdmin), token_of(kOperator)}) {
    EXPECT_EQ(introspect(token), (object{{"active", false}}));
  }
}

TEST_F(Introspection, TellsAnOperatorOfBothKinds) {
  const auto presented = token_of(kOperator);
  const auto of_user = by_user(kIntrospectPath, presented, token_of(kAdmin));
  ASSERT_THAT(of_user, is_oauth_answer());
  EXPECT_TRUE(of_user.json().at("active").as_bool());
  EXPECT_EQ(of_user.text("username"), kAdmin);
  EXPECT_EQ(of_user.text("client_id"), "iam");
  EXPECT_TRUE(by_user(kIntrospectPath, presented, fresh_token()).json().at("active").as_bool());
  EXPECT_EQ(by_user(kIntrospectPath, presented, "x").json(), (object{{"active", false}}));
}

TEST_F(Introspection, TakesNoTokenButAnOperators) {
  for (const auto& presented : {token_of(kAdmin), fresh_token(), std::string("x.y.z")}) {
    EXPECT_THAT(by_user(kIntrospectPath, presented, fresh_token()), is_bearer_refused());
  }
  const auto token = fresh_token();
  EXPECT_THAT(ask(oauth_call(kIntrospectPath, {{"token", token}}).with("Authorization", token_of(kOperator))),
              is_oauth_error(401, "invalid_client"))
      << "a bare token";
}

TEST_F(Introspection, WantsAClientAndAToken) {
  const auto token = fresh_token();
  EXPECT_THAT(ask(oauth_call(kIntrospectPath, {{"token", token}})), is_oauth_error(401, "invalid_client"));
  EXPECT_THAT(ask(oauth_call(kIntrospectPath, {{"token", token}}).with("Authorization", basic(kMember, "wrong"))),
              is_oauth_error(401, "invalid_client"));
  EXPECT_THAT(ask(by_member(kIntrospectPath, {})), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(by_member(kIntrospectPath, {{"token", ""}})), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(by_member(kIntrospectPath, {{"token", token}, {"client_id", kMember}, {"client_secret", secret_}})),
              is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask(by_member(kIntrospectPath, {}).with_body("token=" + token + "&token=" + token)),
              is_oauth_error(400, "invalid_request"));
  suspend_entity();
  EXPECT_THAT(ask(by_member(kIntrospectPath, {{"token", token}})), is_oauth_error(401, "invalid_client"));
}

TEST_F(Introspection, CallsWhatIsNoGoodTokenInactiveAndSaysNoMore) {
  const auto token = fresh_token();
  ASSERT_TRUE(is_active(token));
  auto altered = token;
  altered[altered.size() - 10] = altered[altered.size() - 10] == 'A' ? 'B' : 'A';
  for (const auto& bad : {std::string("x"), std::string("a.b.c"), altered, token + "A", std::string(9000, 'x'),
                          std::string("\xe0\xa4\xa6"), secret_}) {
    EXPECT_EQ(introspect(bad), (object{{"active", false}})) << bad.substr(0, 20);
  }
  at(start_ + 24h - 1ms);
  EXPECT_TRUE(is_active(token));
  at(start_ + 24h);
  EXPECT_EQ(introspect(token), (object{{"active", false}})) << "also when it is remembered";
}

TEST_F(Introspection, SeesASuspensionAtOnceAndForGood) {
  const auto token = fresh_token(kOther);
  ASSERT_TRUE(is_active(token));
  at(start_ + 1s);
  suspend_entity(kOther);
  EXPECT_FALSE(is_active(token));
  resume_entity(kOther);
  EXPECT_FALSE(is_active(token));
  EXPECT_TRUE(is_active(fresh_token(kOther)));
  deregister_entity(kOther);
  EXPECT_FALSE(is_active(token));
}

TEST_F(Introspection, SeesAUsersSuspensionAtOnce) {
  const auto presented = token_of(kOperator);
  const auto token = token_of(kAdmin);
  suspend_user(kAdmin);
  EXPECT_EQ(by_user(kIntrospectPath, presented, token).json(), (object{{"active", false}}));
  resume_user(kAdmin);
  EXPECT_EQ(by_user(kIntrospectPath, presented, token).json(), (object{{"active", false}}));
}

TEST_F(Introspection, SeesWhatAnotherProcessRevokedOnceItIsNoticed) {
  const auto token = fresh_token();
  const auto jti = std::string(introspect(token).at("jti").as_string());
  app::Settings settings;
  settings.data_directory = node().settings.data_directory;
  const auto beside = *app::Node::open(settings, app::Opening::Existing, node().machine);
  EXPECT_TRUE(beside->revocations.revoke_token(TokenId(jti), {}, command_line()));
  ASSERT_TRUE(node().store.notice_changes());
  EXPECT_FALSE(is_active(token));
}

TEST_F(Revocation, EndsAnEntitysOwnToken) {
  const auto token = fresh_token();
  const auto another = fresh_token();
  ASSERT_TRUE(is_active(token));
  for (int time = 0; time < 2; ++time) {
    const auto reply = ask(by_member(kRevokePath, {{"token", token}, {"token_type_hint", "access_token"}}));
    ASSERT_THAT(reply, is_oauth_answer());
    EXPECT_EQ(reply.json(), object());
    EXPECT_FALSE(is_active(token));
  }
  EXPECT_TRUE(is_active(another));
  EXPECT_THAT(records_of("token.revoke"), testing::ElementsAre(testing::HasSubstr(R"("actor":"FIP-1")")));
}

TEST_F(Revocation, LeavesOthersTokensAlone) {
  const auto theirs = fresh_token(kOther);
  const auto users = token_of(kAdmin);
  for (const auto& token : {theirs, users, std::string("x"), std::string("a.b.c")}) {
    const auto reply = ask(by_member(kRevokePath, {{"token", token}}));
    EXPECT_THAT(reply, is_oauth_answer());
    EXPECT_EQ(reply.json(), object());
  }
  EXPECT_TRUE(is_active(theirs));
  EXPECT_EQ(read().status, 200U) << "by the user token";
  EXPECT_THAT(records_of("token.revoke"), testing::ElementsAre(testing::HasSubstr(R"("reason":"not its own token")"),
                                                               testing::HasSubstr(R"("reason":"not its own token")")));
}

TEST_F(Revocation, EndsTheUserTokenThatIsPresented) {
  const auto token = token_of(kAdmin);
  const auto read_with = [&](const std::string& by) {
    return post("/entity/secret/read", {{"entityId", kMember}}, by).status;
  };
  EXPECT_THAT(by_user(kRevokePath, token, token), is_oauth_answer());
  EXPECT_EQ(read_with(token), 401U);
  EXPECT_THAT(by_user(kRevokePath, token, token), is_bearer_refused());
  EXPECT_EQ(read_with(sign_in(kAdmin).text("accessToken")), 200U) << "the next sign-in is as good as ever";
}

TEST_F(Revocation, LetsAUserEndNoOtherToken) {
  const auto presented = token_of(kOperator);
  const auto entitys = fresh_token();
  for (const auto& token : {token_of(kAdmin), entitys, std::string("x")}) {
    EXPECT_THAT(by_user(kRevokePath, presented, token), is_oauth_answer());
  }
  EXPECT_EQ(read().status, 200U);
  EXPECT_TRUE(is_active(entitys));
  EXPECT_THAT(by_user(kRevokePath, entitys, entitys), is_bearer_refused()) << "a bearer entity token is nobody";
  EXPECT_TRUE(is_active(entitys));
}

TEST_F(Revocation, WantsAClientAndAToken) {
  EXPECT_THAT(ask(oauth_call(kRevokePath, {{"token", fresh_token()}})), is_oauth_error(401, "invalid_client"));
  EXPECT_THAT(ask(by_member(kRevokePath, {})), is_oauth_error(400, "invalid_request"));
  EXPECT_THAT(ask({.method = "GET", .path = kRevokePath}), is_oauth_error(405, "invalid_request"));
}

TEST_F(Revocation, OfATokenByItsIdHoldsForEveryKind) {
  const auto entitys = fresh_token();
  const auto users = token_of(kAdmin);
  const auto presented = token_of(kOperator);
  const auto id_of = [&](const std::string& token) {
    return TokenId(std::string(by_user(kIntrospectPath, presented, token).json().at("jti").as_string()));
  };
  for (const auto& token : {entitys, users}) {
    EXPECT_TRUE(node().revocations.revoke_token(id_of(token), {}, command_line()));
    EXPECT_EQ(by_user(kIntrospectPath, presented, token).json(), (object{{"active", false}}));
  }
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, users), is_refused(401, kBadToken));
}

TEST_F(Revocation, OfAllTokensOfAnEntitySparesTheNextOne) {
  at(start_ + 1500ms);
  const auto before = fresh_token(kOther);
  at(start_ + 1600ms);
  ASSERT_TRUE(node().revocations.revoke_tokens_of(EntityId(kOther), {}, command_line()));
  EXPECT_FALSE(is_active(before));
  const auto reply = token_by_basic(kOther, other_secret_);
  EXPECT_EQ(reply.number("not-before-policy"), unix_seconds(start_ + 2s));
  EXPECT_TRUE(is_active(reply.text("access_token"))) << "in the same second";
}

std::int64_t version_in(std::string_view user_token) {
  return boost::json::parse(crypto::parse_compact_jws(user_token)->payload).at("cv").as_int64();
}

TEST_F(Revocation, OfAllTokensOfAUserSparesTheNextOne) {
  at(start_ + 1500ms);
  const auto before = token_of(kAdmin);
  at(start_ + 1600ms);
  ASSERT_TRUE(node().revocations.revoke_tokens_of(*core::Email::parse(kAdmin), {}, command_line()));
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, before), is_refused(401, kBadToken));
  const auto reply = sign_in(kAdmin);
  EXPECT_EQ(reply.number("notBeforePolicy"), unix_seconds(start_ + 2s));
  EXPECT_EQ(version_in(reply.text("accessToken")), version_in(before) + 1);
  EXPECT_EQ(post("/entity/secret/read", {{"entityId", kMember}}, reply.text("accessToken")).status, 200U);
}

TEST_F(Revocation, IsForgottenOnceTheTokenHasExpired) {
  const auto token = fresh_token();
  ASSERT_THAT(ask(by_member(kRevokePath, {{"token", token}})), is_oauth_answer());
  const auto count = [&] {
    return node().store.read([](core::Transaction& t) { return t.revocations().list(); })->size();
  };
  at(start_ + 24h - 1ms);
  ASSERT_TRUE(node().revocations.forget_expired());
  EXPECT_EQ(count(), 1U);
  at(start_ + 24h);
  ASSERT_TRUE(node().revocations.forget_expired());
  EXPECT_EQ(count(), 0U);
  EXPECT_FALSE(is_active(token));
}

}  // namespace
}  // namespace dwarpal::test
