// /admin/v1: what operators see and do.
#include <boost/json/serialize.hpp>
#include <vector>

#include "http/admin_scenario.hpp"

namespace dwarpal::test {
namespace {

class Admin : public AdminScenario {
 protected:
  /// Each call there is.
  static std::vector<HttpCall> every_call() {
    return {call("GET", "/entities"),
            call("GET", "/entities/FIP-1"),
            call("DELETE", "/entities/FIP-1"),
            call("POST", "/entities/FIP-1/suspend"),
            call("POST", "/entities/FIP-1/resume"),
            call("POST", "/entities/FIP-1/revoke-tokens"),
            call("GET", "/users"),
            call("GET", "/users/admin@fip-1.test"),
            call("POST", "/users/admin@fip-1.test/suspend"),
            call("POST", "/users/admin@fip-1.test/resume"),
            call("POST", "/users/admin@fip-1.test/resend"),
            call("POST", "/users/admin@fip-1.test/revoke-tokens"),
            call("POST", "/tokens/3c0caca8-f42d-4cd5-97bb-48a13d95c73e/revoke"),
            call("GET", "/mails"),
            call("GET", "/mails/some-id"),
            call("GET", "/keys"),
            call("POST", "/keys/rotate"),
            call("POST", "/keys/some-kid/withdraw"),
            call("GET", "/audit"),
            call("GET", "/audit/1/1"),
            call("GET", "/statistics/secrets"),
            call("GET", "/statistics/tokens"),
            call("GET", "/health")};
  }
};

TEST_F(Admin, IsForOperatorsAloneAndEveryRefusalIsOnRecord) {
  const auto entity = entity_token(reset().text("secret")).text("accessToken");
  const auto before = network().dump_of_store();
  const auto recorded = refusals_on_record().size();
  for (const auto& call : every_call()) {
    EXPECT_THAT(ask(call), is_refused(401, kBadToken)) << call.path;
    EXPECT_THAT(ask(call.by("a.b.c")), is_refused(401, kBadToken)) << call.path;
    EXPECT_THAT(ask(call.by(token_of(kAdmin))), is_refused(401, kNoAccess)) << call.path;
    EXPECT_THAT(ask(call.by(entity)), is_refused(401, kNoAccess)) << call.path;
  }
  EXPECT_EQ(network().dump_of_store(), before);
  auto refusals = refusals_on_record();
  refusals.erase(refusals.begin(), refusals.begin() + static_cast<std::ptrdiff_t>(recorded));
  std::vector<std::string> expected;
  for (const auto* action : {"entity.list",       "entity.show",   "entity.deregister",
                             "entity.suspend",    "entity.resume", "entity.revoke-tokens",
                             "user.list",         "user.show",     "user.suspend",
                             "user.resume",       "user.resend",   "user.revoke-tokens",
                             "token.revoke",      "mail.list",     "mail.show",
                             "key.list",          "key.rotate",    "key.withdraw",
                             "audit.list",        "audit.show",    "statistics.secrets",
                             "statistics.tokens", "health.show"}) {
    expected.push_back(std::string(action) + " " + kAdmin);
    expected.push_back(std::string(action) + " " + kMember);
  }
  EXPECT_EQ(refusals, expected);
}

TEST_F(Admin, TakesNoBareTokenAndNoCookie) {
  const auto token = token_of(kOperator);
  EXPECT_THAT(ask(call("GET", "/health").with("Authorization", token)), is_refused(401, kBadToken));
  EXPECT_THAT(ask(call("GET", "/health").with("Cookie", "token=" + token)), is_refused(401, kBadToken));
  EXPECT_THAT(ask(call("GET", "/health?access_token=" + token)), is_refused(401, kBadToken));
  EXPECT_THAT(ask(call("GET", "/health").with("Authorization", "bearer " + token)), is_answered());
}

TEST_F(Admin, RefusesAnOperatorWhoIsOneNoMore) {
  const auto token = token_of(kOperator);
  ASSERT_TRUE(node().accounts.remove_operator(*core::Email::parse(kOperator), command_line()));
  EXPECT_THAT(ask(call("GET", "/entities").by(token)), is_refused(401, kNoAccess));
}

TEST_F(Admin, ListsEntitiesByFiltersAndInPages) {
  make_member("aa", "AA-1");
  make_member("fiu", "FIU-1");
  reset();
  suspend_entity("AA-1");
  const auto ids = [&](const std::string& query) { return each(look("/entities" + query), "id"); };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(""), (Ids{"AA-1", kMember, "FIU-1"}));
  EXPECT_EQ(ids("?type=AA"), (Ids{"AA-1"}));
  EXPECT_EQ(ids("?status=ACTIVE"), (Ids{kMember}));
  EXPECT_EQ(ids("?status=REGISTERED&type=FIU"), (Ids{"FIU-1"}));
  EXPECT_EQ(ids("?status=SUSPENDED&type=FIU"), Ids{});
  EXPECT_EQ(ids("?q=fi"), (Ids{kMember, "FIU-1"}));
  EXPECT_EQ(ids("?q=FiU"), (Ids{"FIU-1"}));
  EXPECT_EQ(ids("?q=%25"), Ids{});
  EXPECT_EQ(ids("?after=AA-1&limit=1"), (Ids{kMember}));
  EXPECT_EQ(ids("?after=FIU-1"), Ids{});
  for (const int limit : {1, 2, 3, 4})
    EXPECT_EQ(in_pages_of(limit, "/entities?", "id"), (Ids{"AA-1", kMember, "FIU-1"}));
}

TEST_F(Admin, ShowsAnEntityWithItsRecordAdminsAndSecrets) {
  reset();
  at(day(1));
  const auto made = reset(30);
  use(made.text("secret"));
  const auto reply = look("/entities/FIP-1");
  EXPECT_THAT(reply, is_answered({{"id", kMember},
                                  {"type", "FIP"},
                                  {"status", "ACTIVE"},
                                  {"createdOn", unix_milliseconds(start_)},
                                  {"createdBy", kOperator}}));
  const auto body = reply.json();
  EXPECT_EQ(body.at("record").at("entityinfo").at("id").as_string(), kMember);
  const auto& admins = body.at("admins").as_array();
  ASSERT_EQ(admins.size(), 1U);
  EXPECT_EQ(admins[0].at("email").as_string(), kAdmin);
  EXPECT_EQ(admins[0].at("status"), "ACTIVE");
  const auto& secrets = body.at("secrets").as_array();
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0], (boost::json::value{{"state", "current"},
                                            {"createdOn", unix_milliseconds(day(1))},
                                            {"expiresOn", unix_milliseconds(day(31))},
                                            {"graceEndsOn", unix_milliseconds(day(36))},
                                            {"lastUsedOn", unix_milliseconds(day(1))}}));
  EXPECT_EQ(secrets[1].at("state"), "replaced");
  EXPECT_FALSE(reply.body.contains(made.text("secret")));
  EXPECT_THAT(look("/entities/FIP-2"), is_refused(404, "Entity not found"));
  EXPECT_THAT(look("/entities/fip-1"), is_refused(404, "Entity not found"));
  EXPECT_THAT(look("/entities/%46IP-1"), is_answered({{"id", kMember}}));
}

TEST_F(Admin, SuspendsResumesAndDeregistersAnEntityWithAReason) {
  const auto secret = reset().text("secret");
  EXPECT_THAT(act("/entities/FIP-1/suspend", {{"reason", "an incident"}}),
              is_answered({{"status", "SUSPENDED"}, {"resumesTo", "ACTIVE"}}));
  EXPECT_EQ(use(secret), "401");
  EXPECT_THAT(act("/entities/FIP-1/suspend"), is_refused(409, "Entity is suspended already"));
  EXPECT_THAT(act("/entities/FIP-1/resume"), is_answered({{"status", "ACTIVE"}}));
  EXPECT_EQ(use(secret), "ok");
  EXPECT_THAT(act("/entities/FIP-1/resume"), is_refused(409, "Entity is not suspended"));
  EXPECT_THAT(act("/entities/FIP-2/suspend"), is_refused(404, "Entity not found"));
  EXPECT_THAT(act("/entities/FIP-1/suspend", {{"reason", 7}}), is_refused_naming(400, "reason"));
  EXPECT_THAT(act("/entities/FIP-1/suspend", {{"reason", std::string(257, 'x')}}), is_refused_naming(400, "reason"));
  const auto gone = ask(call("DELETE", "/entities/FIP-1", {{"reason", "left"}}).by(token_of(kOperator)));
  EXPECT_THAT(gone, is_answered({{"status", "DEREGISTERED"}}));
  EXPECT_EQ(use(secret), "401");
  EXPECT_THAT(act("/entities/FIP-1/resume"), is_refused(409, "Entity is deregistered"));
}

TEST_F(Admin, ListsUsersByFiltersAndInPages) {
  make_user("zoya@setu.test");
  EXPECT_THAT(post("/user/register", {{"email", "invited@setu.test"}, {"firstName", "Tara"}, {"lastName", "Sen"}},
                   token_of(kOperator)),
              is_answered());
  suspend_user("zoya@setu.test");
  const auto emails = [&](const std::string& query) { return each(look("/users" + query), "email"); };
  using Emails = std::vector<std::string>;
  const Emails all{kAdmin, "invited@setu.test", kOperator, "zoya@setu.test"};
  EXPECT_EQ(emails(""), all);
  EXPECT_EQ(emails("?status=INVITED"), (Emails{"invited@setu.test"}));
  EXPECT_EQ(emails("?status=SUSPENDED"), (Emails{"zoya@setu.test"}));
  EXPECT_EQ(emails("?operator=true"), (Emails{kOperator}));
  EXPECT_EQ(emails("?operator=false&status=ACTIVE"), (Emails{kAdmin}));
  EXPECT_EQ(emails("?q=TARA+s"), (Emails{"invited@setu.test"}));
  EXPECT_EQ(emails("?q=setu"), (Emails{"invited@setu.test", kOperator, "zoya@setu.test"}));
  for (const int limit : {1, 3, 4, 5}) EXPECT_EQ(in_pages_of(limit, "/users?", "email"), all);
}

TEST_F(Admin, ShowsSuspendsResumesAndInvitesAUser) {
  EXPECT_THAT(look("/users/ADMIN%40fip-1.test"), is_answered({{"email", kAdmin},
                                                              {"status", "ACTIVE"},
                                                              {"operator", false},
                                                              {"entities", boost::json::array{kMember}},
                                                              {"passwordSetOn", unix_milliseconds(start_)}}));
  const auto token = token_of(kAdmin);
  EXPECT_THAT(act("/users/admin@fip-1.test/suspend", {{"reason", "left"}}),
              is_answered({{"status", "SUSPENDED"}, {"resumesTo", "ACTIVE"}}));
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, token), is_refused(401, kBadToken));
  EXPECT_THAT(act("/users/admin@fip-1.test/suspend"), is_refused(409, "The user is suspended already"));
  EXPECT_THAT(act("/users/admin@fip-1.test/resend"), is_refused(409, "The user is suspended"));
  EXPECT_THAT(act("/users/admin@fip-1.test/resume"), is_answered({{"status", "ACTIVE"}}));
  EXPECT_THAT(act("/users/admin@fip-1.test/resend"), is_refused(409, "The user is active already"));
  EXPECT_THAT(act("/users/operator@setu.test/suspend"), is_refused(409, "An operator cannot suspend itself"));
  for (const auto* nobody : {"nobody@setu.test", "no-address", "%ff"}) {
    const auto path = "/users/" + std::string(nobody);
    EXPECT_EQ(look(path).status, 404U) << nobody;
    EXPECT_EQ(act(path + "/suspend").status, 404U) << nobody;
    EXPECT_EQ(act(path + "/resume").status, 404U) << nobody;
    EXPECT_EQ(act(path + "/resend").status, 404U) << nobody;
  }
  EXPECT_THAT(post("/user/register", {{"email", "invited@setu.test"}, {"firstName", "Tara"}, {"lastName", "Sen"}},
                   token_of(kOperator)),
              is_answered());
  at(start_ + 15min);
  EXPECT_THAT(act("/users/invited@setu.test/resend"), is_answered());
  EXPECT_EQ(network().kinds_of_mails_to("invited@setu.test").size(), 2U);
}

TEST_F(Admin, ListsMailsNewestFirst) {
  make_user("zoya@setu.test");
  EXPECT_THAT(post("/user/password/reset", {{"email", "zoya@setu.test"}}, token_of(kOperator)), is_answered());
  const auto kinds = [&](const std::string& query) { return each(look("/mails" + query), "kind"); };
  using Kinds = std::vector<std::string>;
  EXPECT_EQ(kinds("?to=zoya@setu.test"), (Kinds{"password-reset", "activation"}));
  EXPECT_EQ(kinds("?to=nobody@setu.test"), Kinds{});
  const auto all = each(look("/mails"), "id");
  EXPECT_GE(all.size(), 3U);
  for (const int limit : {1, 2}) EXPECT_EQ(in_pages_of(limit, "/mails?", "id"), all);
  EXPECT_EQ(kinds("?after=no-such-mail"), Kinds{});
  const auto newest = look("/mails?limit=1").json().at("items").at(0).as_object();
  EXPECT_EQ(each(look("/mails?state=" + std::string(newest.at("state").as_string()) + "&limit=1"), "id"),
            std::vector<std::string>{std::string(newest.at("id").as_string())});
}

TEST_F(Admin, ShowsAMailWithItsLinkInASandbox) {
  EXPECT_THAT(post("/user/password/reset", {{"email", kAdmin}}), is_answered());
  const auto id = each(look("/mails?limit=1"), "id").front();
  const auto mail = look("/mails/" + id);
  EXPECT_THAT(mail, is_answered({{"id", id}, {"to", kAdmin}, {"kind", "password-reset"}}));
  EXPECT_TRUE(mail.text("link").ends_with(network().newest_link_token(kAdmin)));
  EXPECT_TRUE(mail.text("text").contains(mail.text("link")));
  EXPECT_THAT(look("/mails/another"), is_refused(404, "There is no mail with this id"));
}

class AdminElsewhere : public Admin {
 protected:
  AdminElsewhere() {
    settings_.profile = core::Profile::Uat;
    settings_.master_key = Secret(std::string(43, 'A') + "=");
  }
};

TEST_F(AdminElsewhere, ShowsAMailWithoutItsLinkOutsideASandbox) {
  EXPECT_THAT(post("/user/password/reset", {{"email", kAdmin}}), is_answered());
  const auto id = each(look("/mails?limit=1"), "id").front();
  const auto mail = look("/mails/" + id);
  EXPECT_THAT(mail, is_answered({{"id", id}}));
  EXPECT_FALSE(mail.has("link"));
  EXPECT_FALSE(mail.body.contains(network().newest_link_token(kAdmin)));
}

TEST_F(Admin, ListsTheSigningKeysWithoutWhatIsPrivate) {
  const auto keys = look("/keys");
  EXPECT_EQ(each(keys, "kid"), std::vector<std::string>{node().key_ring.active().text()});
  EXPECT_EQ(each(keys, "algorithm"), std::vector<std::string>{"RS256"});
  EXPECT_EQ(each(keys, "state"), std::vector<std::string>{"ACTIVE"});
  EXPECT_FALSE(keys.body.contains("private"));
}

TEST_F(Admin, RotatesAndWithdrawsKeys) {
  const auto first = node().key_ring.active().text();
  const auto pending = act("/keys/rotate");
  EXPECT_THAT(pending, is_answered({{"state", "PENDING"}, {"algorithm", "RS256"}}));
  EXPECT_THAT(act("/keys/rotate"), is_refused_naming(409, "pending already"));
  EXPECT_THAT(act("/keys/rotate", {{"algorithm", "HS256"}}), is_refused_naming(400, "algorithm"));
  EXPECT_THAT(act("/keys/rotate", {{"now", "yes"}}), is_refused_naming(400, "now"));
  EXPECT_THAT(act("/keys/rotate", {{"now", true}}), is_answered({{"state", "ACTIVE"}, {"kid", pending.text("kid")}}));
  EXPECT_EQ(node().key_ring.active().text(), pending.text("kid"));
  EXPECT_EQ(each(look("/keys"), "state"), (std::vector<std::string>{"RETIRED", "ACTIVE"}));

  const auto operator_by_first_key = token_of(kOperator);
  EXPECT_THAT(act("/keys/" + first + "/withdraw", {{"reason", "leaked"}}),
              is_answered({{"state", "ACTIVE"}, {"kid", pending.text("kid")}}));
  EXPECT_THAT(ask(call("GET", "/keys").by(operator_by_first_key)), is_refused(401, kBadToken));
  at(start_ + 1s);
  EXPECT_THAT(act("/keys/" + first + "/withdraw"), is_refused_naming(409, "WITHDRAWN"));
  EXPECT_THAT(act("/keys/another/withdraw"), is_refused(404, "There is no signing key with this kid"));
}

TEST_F(Admin, CountsCurrentSecretsByDaysToTheirExpiry) {
  make_member("aa", "AA-1");
  const auto by_days = [&] {
    std::string text;
    const auto body = look("/statistics/secrets").json();
    for (const auto& item : body.at("items").as_array()) text += boost::json::serialize(item);
    return text;
  };
  EXPECT_EQ(by_days(), "");
  reset(30);
  reset(30);
  EXPECT_THAT(
      post("/entity/secret/reset", {{"entityId", "AA-1"}, {"secretExpiryDays", 10}}, token_of("admin@aa-1.test")),
      is_answered());
  EXPECT_EQ(by_days(), R"({"days":10,"secrets":1}{"days":30,"secrets":1})");
  at(start_ + 1ms);
  EXPECT_EQ(by_days(), R"({"days":9,"secrets":1}{"days":29,"secrets":1})");
  at(day(10) + 1h);
  EXPECT_EQ(by_days(), R"({"days":-1,"secrets":1}{"days":19,"secrets":1})");
  suspend_entity("AA-1");
  EXPECT_EQ(by_days(), R"({"days":19,"secrets":1})");
}

TEST_F(Admin, NamesTheParameterThatIsWrong) {
  for (const auto* list : {"/audit", "/entities", "/mails", "/statistics/tokens", "/users"}) {
    for (const auto* limit : {"0", "1001", "-1", "ten", "1.5", "+1", "1%20", "99999999999999999999"}) {
      EXPECT_THAT(look(std::string(list) + "?limit=" + limit), is_refused_naming(400, "limit")) << list << limit;
    }
    EXPECT_THAT(look(std::string(list) + "?limit=1000"), is_answered());
    EXPECT_THAT(look(std::string(list) + "?limit=1&limit=2"), is_refused_naming(400, "limit"));
    EXPECT_THAT(look(std::string(list) + "?colour=red"), is_refused_naming(400, "colour"));
    EXPECT_THAT(look(std::string(list) + "?%zz"), is_refused_naming(400, "percent"));
  }
  EXPECT_THAT(look("/entities?type=BANK"), is_refused_naming(400, "type"));
  EXPECT_THAT(look("/entities?type=aa"), is_refused_naming(400, "type"));
  EXPECT_THAT(look("/entities?status=GONE"), is_refused_naming(400, "status"));
  EXPECT_THAT(look("/users?status=GONE"), is_refused_naming(400, "status"));
  EXPECT_THAT(look("/users?operator=yes"), is_refused_naming(400, "operator"));
  EXPECT_THAT(look("/mails?state=GONE"), is_refused_naming(400, "state"));
  for (const auto* list : {"/audit", "/statistics/tokens"}) {
    const std::string path(list);
    EXPECT_THAT(look(path + "?since=yesterday"), is_refused_naming(400, "since"));
    EXPECT_THAT(look(path + "?since=2&until=2"), is_refused_naming(400, "until"));
    EXPECT_THAT(look(path + "?since=2&until=3"), is_answered());
    EXPECT_THAT(look(path + "?after=5"), is_refused_naming(400, "after"));
  }
  EXPECT_THAT(look("/audit?outcome=good"), is_refused_naming(400, "outcome"));
  EXPECT_THAT(look("/statistics/tokens?entity=FIP-1"), is_refused_naming(400, "entity"));
  EXPECT_THAT(look("/health?limit=1"), is_refused_naming(400, "limit"));
  EXPECT_THAT(look("/entities/FIP-1?type=AA"), is_refused_naming(400, "type"));
}

TEST_F(Admin, ChecksInTheOrderOfAllCalls) {
  EXPECT_THAT(ask(call("GET", "/nothing")), is_refused_naming(404, "path"));
  EXPECT_THAT(ask(call("PUT", "/entities/FIP-1")), is_refused_naming(405, "method"));
  EXPECT_THAT(ask(call("POST", "/entities/FIP-1/suspend").with("Content-Type", "text/plain").with_body("x")),
              is_refused_naming(415, "content type"));
  EXPECT_THAT(ask(call("POST", "/entities/FIP-1/suspend").with_body("{")), is_refused_naming(400, "JSON"));
  EXPECT_THAT(ask(call("GET", "/entities?limit=0")), is_refused(401, kBadToken));
  EXPECT_THAT(ask(call("GET", "/entities?limit=0").by(token_of(kAdmin))), is_refused_naming(400, "limit"));
  EXPECT_THAT(ask(call("GET", "/entities/FIP-2").by(token_of(kAdmin))), is_refused(401, kNoAccess));
}

}  // namespace
}  // namespace dwarpal::test
