// What all calls under /iam/v1 have in common.
#include <boost/json/parse.hpp>
#include <regex>
#include <set>
#include <vector>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

class CommonRules : public Scenario {
 protected:
  /// A call that is refused by 400 whatever else stands in it: what it echoes is what counts.
  Reply echo(const std::string& name, const std::string& json_value) {
    const auto call = json_call("POST", "/user/activation/verify", {});
    return ask(call.with_body(R"({"token":"unknown",")" + name + "\":" + json_value + "}"));
  }
  /// The answer to a read of FIP-1's secret with these Authorization headers.
  Reply read_with(const std::vector<std::string>& authorizations) {
    auto call = json_call("POST", "/entity/secret/read", {{"entityId", kMember}});
    for (const auto& authorization : authorizations) call = call.with("Authorization", authorization);
    return ask(call);
  }
  Reply read_body(const std::string& body) {
    return ask(json_call("POST", "/entity/secret/read", {}, token_of(kAdmin)).with_body(body));
  }
};

bool is_uuid(const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  return std::regex_match(text, uuid);
}

TEST_F(CommonRules, AnswersCarryVersionTimestampAndTransaction) {
  at(day(3) + 509ms);
  const auto reply = sign_in(kAdmin);
  EXPECT_THAT(reply, is_answered({{"timestamp", "2026-01-04T00:00:00.509Z"},
                                  {"expiresIn", 15'552'000},
                                  {"refreshExpiresIn", 0},
                                  {"tokenType", "Bearer"},
                                  {"notBeforePolicy", 0},
                                  {"scope", "email profile entityMetadata secret-expiry-ts"}}));
  EXPECT_TRUE(is_uuid(reply.text("txnId")));
  EXPECT_EQ(reply.json().size(), 9U) << reply.body;
  EXPECT_THAT(sign_in(kOperator), is_answered({{"expiresIn", 8 * 3600}}));
}

TEST_F(CommonRules, EchoATransactionIdOfOneTo128PrintableAsciiCharacters) {
  for (const auto& id : {std::string("x"), std::string(128, 'a'), std::string("0-near-uuid-{~ }")}) {
    EXPECT_EQ(echo("txnId", '"' + id + '"').text("txnId"), id);
    EXPECT_EQ(echo("txnid", '"' + id + '"').text("txnId"), id);
  }
  EXPECT_EQ(form("/user/token/generate", "txnId=t-1").text("txnId"), "t-1");
  EXPECT_EQ(form("/entity/token/generate", "txnid=t-2").text("txnId"), "t-2");
  EXPECT_THAT(post("/entity/secret/read", {{"txnId", "t-3"}}), is_refused(401, kBadToken));
  EXPECT_EQ(post("/entity/secret/read", {{"txnId", "t-3"}}).text("txnId"), "t-3");
}

TEST_F(CommonRules, MakeATransactionIdInPlaceOfOneThatCannotBeEchoed) {
  const auto too_long = '"' + std::string(129, 'a') + '"';
  for (const auto& id : {std::string(R"("")"), too_long, std::string("\"n\xc3\xa4he\""), std::string(R"("a\nb")"),
                         std::string("\"a\x7f\""), std::string("7"), std::string("true"), std::string("null"),
                         std::string(R"(["x"])"), std::string("{}")}) {
    const auto reply = echo("txnId", id);
    EXPECT_THAT(reply, is_refused(400, kBadLink)) << id;
    EXPECT_TRUE(is_uuid(reply.text("txnId"))) << id;
  }
  EXPECT_TRUE(is_uuid(form("/user/token/generate", "txnId=%01").text("txnId")));
  EXPECT_TRUE(is_uuid(form("/user/token/generate", "").text("txnId")));
  EXPECT_TRUE(is_uuid(read_body("no JSON").text("txnId")));
}

TEST_F(CommonRules, NeverRefuseForATransactionIdThatIsUsedAgainOrStandsTwice) {
  const auto reset_again = [&] {
    return post("/entity/secret/reset", {{"entityId", kMember}, {"txnId", "the same"}}, token_of(kAdmin));
  };
  const auto first = reset_again();
  const auto second = reset_again();
  EXPECT_THAT(second, is_answered({{"txnId", "the same"}}));
  EXPECT_NE(first.text("secret"), second.text("secret"));
  EXPECT_THAT(read_body(R"({"entityId":"FIP-1","txnId":"a","txnId":"b"})"), is_answered());
  EXPECT_THAT(form("/user/token/generate",
                   "txnId=a&txnId=b&username=" + form_encoded(kAdmin) + "&password=" + form_encoded(kPassword)),
              is_answered());
}

TEST_F(CommonRules, IgnoreVersionTimestampAndUnknownFieldsOfTheRequest) {
  reset();
  for (const auto* body :
       {R"({"entityId":"FIP-1","ver":"9.9","timestamp":"yesterday"})", R"({"entityId":"FIP-1","ver":7,"timestamp":{}})",
        R"({"entityId":"FIP-1","colour":"blue","ENTITYID":"X","Entityid":[]})",
        R"({"entityId":"FIP-1","nested":{"a":1,"a":2},"odd":1,"odd":2})",
        "\r\n\t {\"entityId\" : \"\\u0046IP-1\"} \n"}) {
    EXPECT_THAT(read_body(body), is_answered({{"entityId", kMember}})) << body;
  }
}

TEST_F(CommonRules, TakeNullAsAbsent) {
  EXPECT_THAT(read_body(R"({"entityId":null})"), is_refused(400, "Entity Id is missing in the request"));
  EXPECT_THAT(read_body(R"({"entityId":null,"entityid":null})"),
              is_refused(400, "Entity Id is missing in the request"));
  EXPECT_THAT(post("/entity/secret/reset",
                   {{"entityId", kMember}, {"secretExpiryDays", nullptr}, {"revokeOld", nullptr}}, token_of(kAdmin)),
              is_answered({{"expiresOn", unix_milliseconds(day(180))}}));
  EXPECT_THAT(read_body(R"({"entityId":null,"entityid":"FIP-1"})"), is_answered());
}

TEST_F(CommonRules, UnderstandOlderSpellings) {
  reset();
  EXPECT_THAT(read_body(R"({"entityid":"FIP-1"})"), is_answered({{"entityId", kMember}}));
  EXPECT_THAT(read_body(R"({"entityid":"FIP-1","entityId":"FIP-1"})"), is_answered());
  EXPECT_THAT(read_body(R"({"entityid":"FIP-2","entityId":"FIP-1"})"), is_refused_naming(400, "entityid"));
  const boost::json::object person{{"username", "lower@fip-1.test"}, {"firstname", "Mira"}, {"lastname", "Sen"}};
  EXPECT_THAT(post("/user/register", person, token_of(kOperator)), is_answered({{"username", "lower@fip-1.test"}}));
}

TEST_F(CommonRules, RefuseAKnownFieldThatStandsTwice) {
  reset();
  EXPECT_THAT(read_body(R"({"entityId":"FIP-1","entityId":"FIP-1"})"), is_refused_naming(400, "entityId"));
  EXPECT_THAT(read_body(R"({"entityId":null,"entityId":"FIP-1"})"), is_refused_naming(400, "entityId"));
  EXPECT_THAT(read_body(R"({"entityid":"FIP-1","entityid":"FIP-1"})"), is_refused_naming(400, "entityid"));
  EXPECT_THAT(read_body(R"({"entityId":"FIP-1","\u0065ntityId":"FIP-1"})"), is_refused_naming(400, "entityId"));
}

TEST_F(CommonRules, IdentifyAUserByEmailOrUsername) {
  const auto token = token_of(kOperator);
  const auto reset_password = [&](const boost::json::object& body) {
    return post("/user/password/reset", body, token);
  };
  EXPECT_THAT(reset_password({{"email", kAdmin}}), is_answered());
  EXPECT_THAT(reset_password({{"username", kAdmin}}), is_answered());
  EXPECT_THAT(reset_password({{"username", kAdmin}, {"email", kAdmin}}), is_answered());
  EXPECT_THAT(reset_password({{"username", kAdmin}, {"email", ""}}), is_answered());
  EXPECT_THAT(reset_password({{"email", "ADMIN@Fip-1.TEST"}}), is_answered());
  EXPECT_THAT(reset_password({{"email", "x" + kAdmin}}), is_refused(404, kNoUser));
  EXPECT_THAT(reset_password({{"username", kAdmin}, {"email", kOperator}}), is_refused_naming(400, "email"));
}

TEST_F(CommonRules, RefuseWhatIsNoAsciiEmailOfAtMost254Characters) {
  const auto token = token_of(kOperator);
  const auto host = "." + std::string(60, 'a') + "." + std::string(60, 'b') + "." + std::string(60, 'c') + ".test";
  const auto email_of_size = [&](std::size_t size) { return "a@" + std::string(size - 2 - host.size(), 'h') + host; };
  EXPECT_THAT(post("/user/password/reset", {{"email", email_of_size(254 - 10)}}, token), is_refused(404, kNoUser));
  for (const auto& email : {email_of_size(240) + std::string(15, 'x'), std::string("nobody"), std::string("a@b@c.test"),
                            std::string("caf\xc3\xa9@fip.test"), std::string("a b@fip.test"), std::string("a@fip"),
                            std::string("a@fip.test\r\nBcc: x@y.test"), std::string("<a@fip.test>")}) {
    EXPECT_THAT(post("/user/password/reset", {{"email", email}}, token), is_refused_naming(400, "email")) << email;
  }
}

TEST_F(CommonRules, TakeABearerTokenInEveryFormThatIsInUse) {
  reset();
  const auto token = token_of(kAdmin);
  for (const auto& header : {"Bearer " + token, "bearer " + token, "BEARER " + token, "bEaReR    " + token,
                             "Bearer\t" + token, "  Bearer " + token + "  ", token, "  " + token + " "}) {
    EXPECT_THAT(read_with({header}), is_answered()) << header.substr(0, 12);
  }
  EXPECT_THAT(ask(json_call("POST", "/entity/secret/read", {{"entityId", kMember}}).with("aUTHORIZATION", token)),
              is_answered());
}

TEST_F(CommonRules, RefuseEveryOtherAuthorization) {
  reset();
  const auto token = token_of(kAdmin);
  for (const auto& header :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Basic YTpi"), "Basic " + token,
        "Token " + token, "Bearer " + token + " x", "Bearer Bearer " + token,
        std::string(token).append(" ").append(token), "Bearer=" + token, "Bearer," + token, "\"" + token + "\"",
        "Bearer " + token + ",", token + ".x", std::string("a.b.c"), std::string(".."), std::string("a.b"),
        std::string("Bearer null"), std::string("Bearer \xff\xfe")}) {
    EXPECT_THAT(read_with({header}), is_refused(401, kBadToken)) << header.substr(0, 20);
  }
  EXPECT_THAT(read_with({}), is_refused(401, kBadToken));
  EXPECT_THAT(read_with({token, token}), is_refused(401, kBadToken));
  EXPECT_THAT(read_with({"Bearer " + token, "Bearer x.y.z"}), is_refused(401, kBadToken));
}

TEST_F(CommonRules, NeverTakeATokenFromQueryCookieOrBody) {
  const auto token = token_of(kAdmin);
  auto call = json_call("POST", "/entity/secret/read", {{"entityId", kMember}, {"access_token", token}});
  call.path += "?access_token=" + token;
  EXPECT_THAT(ask(call.with("Cookie", "Authorization=" + token)), is_refused(401, kBadToken));
}

TEST_F(CommonRules, NeverReadACookieElsewhereEither) {
  const auto entity = entity_token(reset().text("secret")).text("accessToken");
  const auto with_cookies = [](const HttpCall& call, const std::string& token) {
    return call.with("Cookie", "Authorization=Bearer " + token + "; access_token=" + token + "; session=" + token);
  };
  const auto list = get_call("/cr/v2/entityInfo/FIP");
  EXPECT_EQ(ask(list.by(entity)).status, 200U);
  EXPECT_EQ(ask(with_cookies(list, entity)).status, 401U);
  const std::string introspect = "/auth/realms/sahamati/protocol/openid-connect/token/introspect";
  const auto question =
      HttpCall{.path = introspect, .body = "token=" + entity}.with("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(ask(question.by(token_of(kOperator))).status, 200U);
  EXPECT_EQ(ask(with_cookies(question, token_of(kOperator))).status, 401U);
  // Beside a good token they change nothing.
  EXPECT_EQ(ask(with_cookies(list.by(entity), "a.b.c")).status, 200U);
}

TEST_F(CommonRules, CompareTheContentTypeWithoutCaseAndParameters) {
  reset();
  const auto call = json_call("POST", "/entity/secret/read", {{"entityId", kMember}}, token_of(kAdmin));
  for (const auto* type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                           "application/json;charset=\"latin1\"", " application/json ; a=b"}) {
    EXPECT_THAT(ask(call.without("Content-Type").with("Content-Type", type)), is_answered()) << type;
  }
  EXPECT_THAT(ask(call.without("Content-Type")), is_answered());
  for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json",
                           "application/json, text/plain", "application/*", "multipart/form-data; boundary=x"}) {
    EXPECT_THAT(ask(call.without("Content-Type").with("Content-Type", type)), is_refused_naming(415, "content type"))
        << type;
  }
}

TEST_F(CommonRules, RefuseTwoContentTypesOfWhichOneIsAnother) {
  reset();
  const auto call = json_call("POST", "/entity/secret/read", {{"entityId", kMember}}, token_of(kAdmin));
  EXPECT_THAT(ask(call.with("Content-Type", "text/plain")), is_refused_naming(415, "content type"));
  EXPECT_THAT(
      ask(call.without("Content-Type").with("Content-Type", "text/plain").with("Content-Type", "application/json")),
      is_refused_naming(415, "content type"));
  EXPECT_THAT(ask(call.with("Content-Type", "application/json; charset=utf-8")), is_answered());
}

TEST_F(CommonRules, TakeAFormWithoutContentTypeAndRefuseOneOfAnotherType) {
  const auto call =
      form_call("/user/token/generate", "username=" + form_encoded(kAdmin) + "&password=" + form_encoded(kPassword));
  EXPECT_THAT(ask(call.without("Content-Type")), is_answered());
  EXPECT_THAT(
      ask(call.without("Content-Type").with("Content-Type", "APPLICATION/x-www-form-urlencoded; charset=UTF-8")),
      is_answered());
  for (const auto* path : {"/user/token/generate", "/entity/token/generate"}) {
    EXPECT_THAT(post(path, {{"username", kAdmin}, {"password", kPassword}}), is_refused_naming(415, "content type"));
  }
}

TEST_F(CommonRules, AnswerAnUnknownPathBy404) {
  for (const auto* path : {"/", "/iam", "/iam/v1", "/iam/v1/", "/iam/v2/entity/secret/read",
                           "/iam/v1/entity/secret/read/", "/iam/v1//entity/secret/read", "/IAM/v1/entity/secret/read",
                           "/iam/v1/entity/secret/%72ead", "/iam/v1/../v1/entity/secret/read"}) {
    EXPECT_THAT(ask({.path = path}), is_refused_naming(404, "path")) << path;
  }
}

TEST_F(CommonRules, AnswerAnotherMethodBy405ThatNamesTheRightOne) {
  for (const auto* method : {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post"}) {
    const auto reply = ask({.method = method, .path = "/iam/v1/entity/secret/read"});
    EXPECT_THAT(reply, is_refused_naming(405, "method")) << method;
    EXPECT_EQ(reply.header("allow"), "POST") << method;
  }
  EXPECT_EQ(ask({.path = "/iam/v1/entity/user/add"}).header("allow"), "PUT");
  EXPECT_EQ(ask({.path = "/iam/v1/entity/user/remove"}).header("allow"), "DELETE");
  const auto head = ask({.method = "HEAD", .path = "/iam/v1/entity/secret/read"});
  EXPECT_EQ(head.status, 405U);
  EXPECT_EQ(head.header("allow"), "POST");
}

TEST_F(CommonRules, RefuseABodyOver64KibibytesOnly) {
  reset();
  const auto padded = [](std::size_t size) {
    const std::string text = R"({"entityId":"FIP-1"})";
    return text + std::string(size - text.size(), ' ');
  };
  EXPECT_THAT(read_body(padded(64 * 1024)), is_answered());
  EXPECT_THAT(read_body(padded(64 * 1024 + 1)), is_refused_naming(413, "too large"));
}

TEST_F(CommonRules, RefuseABodyThatIsNoJsonObject) {
  for (const auto* body : {"", "{", "[]", "null", R"("text")", "7", R"({"entityId":"FIP-1"} x)", "{'entityId':'FIP-1'}",
                           R"({"entityId":"FIP-1",})", "entityId=FIP-1", "{\"entityId\":\"\xff\"}", "\xef\xbb\xbf{}",
                           R"({"entityId":"\ud800"})", R"({"entityId":NaN})"}) {
    EXPECT_THAT(read_body(body), is_refused_naming(400, "JSON")) << body;
  }
  const auto nested = [](std::size_t depth) {
    return R"({"entityId":"FIP-1","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_THAT(read_body(nested(1000)), is_refused_naming(400, "JSON"));
}

TEST_F(CommonRules, TheRequestIdOfAnAnswerIsThatOfItsAuditRecord) {
  const auto newest = [&] {
    EXPECT_TRUE(node().token_events.flush());
    const auto records =
        node().store.read([](core::Transaction& transaction) { return transaction.audit().newest({}, 1); });
    return std::string(boost::json::parse(records->front().event).at("requestId").as_string());
  };
  const auto token = token_of(kAdmin);
  EXPECT_TRUE(node().token_events.flush());  // of the sign-in
  const auto refused = post("/entity/secret/read", {{"entityId", "FIP-2"}}, token);
  EXPECT_THAT(refused, is_refused(401, kBadEntity));
  EXPECT_EQ(newest(), refused.header("x-request-id"));
  const auto made = reset();
  EXPECT_EQ(newest(), made.header("x-request-id"));
  const auto failed = sign_in(kAdmin, "wrong");
  EXPECT_EQ(newest(), failed.header("x-request-id"));
  const auto call = json_call("POST", "/entity/secret/read", {{"entityId", kMember}}, token);
  const auto with_its_own = ask(call.with("X-Request-Id", "mine"));
  EXPECT_NE(with_its_own.header("x-request-id"), "mine");
  EXPECT_EQ(newest(), with_its_own.header("x-request-id"));
}

TEST_F(CommonRules, EveryAnswerHasARequestIdOfItsOwn) {
  std::set<std::string> ids;
  for (int count = 0; count < 50; ++count) {
    ids.insert(ask({.path = "/nothing"}).header("x-request-id"));
    ids.insert(post("/entity/secret/read", {}).header("x-request-id"));
  }
  EXPECT_EQ(ids.size(), 100U);
}

}  // namespace
}  // namespace dwarpal::test
