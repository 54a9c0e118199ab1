// A sandbox's time travel, and with it the worked cases of docs/lifecycle.md by their numbers: the machine's clock
// stands still. Cases 12 and 13 need a killed process (tests/e2e/crash.test.js).
#include <array>
#include <barrier>
#include <thread>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

class TimeTravel : public Scenario {
 protected:
  Reply shift(const std::string& by, const std::string& email = kAdmin, const std::string& entity = kMember) {
    return post("/sandbox/clock", {{"entityId", entity}, {"shift", by}}, token_of(email));
  }
  /// To that day of the member's, before or after the one that it has.
  void travel_to(int days) { EXPECT_THAT(shift("P" + std::to_string(days) + "D", kOperator), is_answered()); }
  /// To a second before it: shifts have whole seconds.
  void travel_to_just_before(int days) {
    EXPECT_THAT(shift("P" + std::to_string(days - 1) + "DT23H59M59S", kOperator), is_answered());
  }
  void expect_change(const std::string& secret, int days, const std::string& before, const std::string& after) {
    travel_to_just_before(days);
    EXPECT_EQ(use_in_short(secret), before);
    travel_to(days);
    EXPECT_EQ(use_in_short(secret), after);
  }
  /// What comes of the secret: a warning in one word, since the end that it names moves with the shift.
  std::string use_in_short(const std::string& secret) {
    const auto answer = use(secret);
    if (answer == expired_warning()) return "expired";
    return answer.contains("has been replaced") ? "replaced" : answer;
  }
  std::string new_secret(std::optional<int> days = {}) { return reset(days).text("secret"); }
};

TEST_F(TimeTravel, TellsTheShiftAndTheEntitysTime) {
  EXPECT_THAT(shift("P10D"), is_answered({{"entityId", kMember}, {"shift", "P10D"}, {"now", iso8601(day(10))}}));
  EXPECT_THAT(shift("P1WT36H5M6S", kOperator),
              is_answered({{"shift", "P1WT36H5M6S"}, {"now", iso8601(day(8) + 12h + 5min + 6s)}}));
  EXPECT_THAT(shift("P3650D"), is_answered({{"now", iso8601(day(3650))}}));
  EXPECT_THAT(shift("PT0S"), is_answered({{"shift", "PT0S"}, {"now", iso8601(start_)}}));
  EXPECT_THAT(shift("P0D"), is_answered({{"now", iso8601(start_)}}));
}

TEST_F(TimeTravel, TakesNoShiftThatIsNoPlainLengthOfTimeForward) {
  EXPECT_THAT(shift("P10D"), is_answered());
  const auto before = network().dump_of_store();
  for (const auto* by : {"P1Y",    "P1M",       "P1Y2M", "-P1D",         "P-1D",
                         "+P1D",   "P",         "PT",    "P1DT",         "",
                         "1D",     "P1",        "p1d",   "P1.5D",        "PT0.5S",
                         "P1D1W",  "PT1D",      "P1H",   "P1D P1D",      "ten days",
                         "P3651D", "P3650DT1S", "P522W", "PT315360001S", "P99999999999999999999D"}) {
    EXPECT_THAT(shift(by), is_refused_naming(400, "shift")) << by;
  }
  const auto token = token_of(kAdmin);
  EXPECT_THAT(post("/sandbox/clock", {{"entityId", kMember}}, token), is_refused_naming(400, "shift"));
  EXPECT_THAT(post("/sandbox/clock", {{"entityId", kMember}, {"shift", 10}}, token), is_refused_naming(400, "shift"));
  EXPECT_THAT(post("/sandbox/clock", {{"shift", "P1D"}}, token),
              is_refused(400, "Entity Id is missing in the request"));
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_F(TimeTravel, IsForTheEntitysAdminsAndOperatorsAlone) {
  make_user("stranger@fip-1.test");
  make_member("aa", "AA-1");
  const auto entity = entity_token(new_secret()).text("accessToken");
  for (const std::string user : {"stranger@fip-1.test", "admin@aa-1.test"}) token_of(user);
  token_of(kOperator);
  const auto before = network().dump_of_store();
  EXPECT_THAT(shift("P1D", "stranger@fip-1.test"), is_refused(401, kBadEntity));
  EXPECT_THAT(shift("P1D", "admin@aa-1.test"), is_refused(401, kBadEntity));
  EXPECT_THAT(shift("P1D", kAdmin, "FIP-2"), is_refused(401, kBadEntity));
  EXPECT_THAT(shift("P1D", kOperator, "FIP-2"), is_refused(401, kBadEntity));
  EXPECT_THAT(shift("P1D", kOperator, "fip-1"), is_refused(401, kBadEntity));
  const boost::json::object body{{"entityId", kMember}, {"shift", "P1D"}};
  EXPECT_THAT(post("/sandbox/clock", body), is_refused(401, kBadToken));
  EXPECT_THAT(post("/sandbox/clock", body, entity), is_refused(401, kBadToken));
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_F(TimeTravel, ConcernsTheSecretsOfThatEntityAlone) {
  make_member("aa", "AA-1");
  const auto ours = new_secret();
  const auto theirs = post("/entity/secret/reset", {{"entityId", "AA-1"}}, token_of("admin@aa-1.test")).text("secret");
  const auto user_token = token_of(kAdmin);
  const auto entity_token_before = entity_token(ours);
  travel_to(400);
  EXPECT_EQ(use(ours), "401");
  EXPECT_THAT(entity_token(theirs, "AA-1"), is_answered());
  // Tokens, sign-in and links stay by real time.
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, user_token), is_answered({{"secret", ours}}));
  EXPECT_THAT(sign_in(kAdmin), is_answered());
  EXPECT_THAT(post("/user/password/reset", {{"email", kAdmin}}, token_of(kOperator)), is_answered());
  activate(kAdmin);
}

TEST_F(TimeTravel, TellsTimesOfSecretsInRealTime) {
  const auto made = reset(180);
  EXPECT_EQ(made.number("expiresOn"), unix_milliseconds(day(180)));
  travel_to(170);
  // In ten days of a client's clock.
  EXPECT_THAT(read(), is_answered({{"expiresOn", unix_milliseconds(day(10))},
                                   {"expirationDate", iso8601_without_zone(day(10))}}));
  const auto next = reset(90);
  EXPECT_EQ(next.number("expiresOn"), unix_milliseconds(day(90)));
  EXPECT_EQ(use(made.text("secret")), replaced_warning(day(5)));
  const auto status = post("/entity/secret/status", {{"entityId", kMember}}, token_of(kAdmin));
  const auto lines = status.json().at("secrets").as_array();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("createdOn"), unix_milliseconds(start_));
  EXPECT_EQ(lines[0].at("expiresOn"), unix_milliseconds(day(90)));
  EXPECT_EQ(lines[1].at("createdOn"), unix_milliseconds(day(-170)));
  EXPECT_EQ(lines[1].at("graceEndsOn"), unix_milliseconds(day(5)));
  EXPECT_EQ(lines[1].at("lastUsedOn"), unix_milliseconds(start_));
  travel_to(173);
  EXPECT_EQ(use(made.text("secret")), replaced_warning(day(2)));
}

TEST_F(TimeTravel, LetsTheUserTokenLimitAResetByTheTimeThatItReallyHasLeft) {
  const auto token = token_of(kAdmin);
  at(day(168));  // 12 days are left of it
  travel_to(300);
  const auto cut = post("/entity/secret/reset", {{"entityId", kMember}, {"secretExpiryDays", 100}}, token);
  EXPECT_THAT(cut, is_answered({{"expiresOn", unix_milliseconds(day(180))}}));
  EXPECT_THAT(cut.text("message"), testing::HasSubstr(iso8601(day(180))));
  travel_to(300 + 11);
  EXPECT_EQ(use(cut.text("secret")), "ok");
  travel_to(300 + 12);
  EXPECT_EQ(use(cut.text("secret")), expired_warning());
}

TEST_F(TimeTravel, LeavesWhatWasMadeUnderAShiftAsItIsWhenTheShiftChanges) {
  const auto s1 = new_secret();
  travel_to(100);
  const auto s2 = new_secret();
  EXPECT_THAT(shift("PT0S"), is_answered());
  // S2 comes from the future, and simply works; S1 was replaced there.
  EXPECT_EQ(use(s2), "ok");
  EXPECT_EQ(use(s1), replaced_warning(day(105)));
  EXPECT_THAT(read(), is_answered({{"secret", s2}, {"expiresOn", unix_milliseconds(day(280))}}));
  expect_change(s1, 105, "replaced", "401");
  expect_change(s2, 280, "ok", "expired");
  travel_to(10);
  EXPECT_THAT(post("/entity/secret/revoke", {{"entityId", kMember}}, token_of(kAdmin)), is_answered());
  travel_to(5);
  EXPECT_EQ(use(s1), "401");
}

TEST_F(TimeTravel, OfASuspendedEntityIsForOperators) {
  new_secret();
  suspend_entity();
  EXPECT_THAT(shift("P1D"), is_refused(401, kBadEntity));
  EXPECT_THAT(shift("P1D", kOperator), is_answered());
  deregister_entity();
  EXPECT_THAT(shift("P1D", kOperator), is_refused(401, kBadEntity));
}

class TimeTravelElsewhere : public Scenario {
 protected:
  TimeTravelElsewhere() {
    settings_.profile = core::Profile::Uat;
    settings_.master_key = Secret(std::string(43, 'A') + "=");
  }
};

TEST_F(TimeTravelElsewhere, IsAPathThatDoesNotExist) {
  const auto body = boost::json::object{{"entityId", kMember}, {"shift", "P1D"}};
  for (const auto* path : {"/sandbox/clock", "/entity/mock/register"}) {
    EXPECT_THAT(post(path, body, token_of(kAdmin)), is_refused(404, "There is nothing at this path")) << path;
    EXPECT_THAT(get("/iam/v1" + std::string(path)), is_refused(404, "There is nothing at this path")) << path;
  }
}

// The worked cases.

TEST_F(TimeTravel, WorkedCase01ASecretWorksToItsExpiryThenWarnsThenEnds) {
  const auto s1 = new_secret();
  expect_change(s1, 180, "ok", "expired");
  expect_change(s1, 185, "expired", "401");
}

TEST_F(TimeTravel, WorkedCase02AReplacedSecretWarnsForItsGrace) {
  const auto s1 = new_secret();
  travel_to(10);
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), replaced_warning(day(5)));
  expect_change(s1, 15, "replaced", "401");
  expect_change(s2, 190, "ok", "expired");
}

TEST_F(TimeTravel, WorkedCase03AGraceAfterReplacementMayOutlastTheExpiry) {
  const auto s1 = new_secret();
  travel_to(178);
  const auto s2 = new_secret();
  expect_change(s1, 180, "replaced", "replaced");
  expect_change(s1, 183, "replaced", "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(TimeTravel, WorkedCase04AGraceAfterReplacementEndsWithTheGraceAfterExpiry) {
  const auto s1 = new_secret();
  travel_to(182);
  EXPECT_EQ(use(s1), expired_warning());
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), replaced_warning(day(3)));
  expect_change(s1, 185, "replaced", "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(TimeTravel, WorkedCase05EachReplacedSecretKeepsItsOwnGrace) {
  const auto s1 = new_secret();
  travel_to(10);
  const auto s2 = new_secret();
  travel_to(11);
  const auto s3 = new_secret();
  expect_change(s1, 15, "replaced", "401");
  expect_change(s2, 16, "replaced", "401");
  EXPECT_EQ(use(s3), "ok");
}

TEST_F(TimeTravel, WorkedCase06ARevocationEndsTheReplacedSecretAtOnce) {
  const auto s1 = new_secret();
  travel_to(10);
  const auto s2 = new_secret();
  travel_to(11);
  EXPECT_EQ(use(s1), replaced_warning(day(4)));
  EXPECT_THAT(post("/entity/secret/revoke", {{"entityId", kMember}}, token_of(kAdmin)), is_answered({{"revoked", 1}}));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(TimeTravel, WorkedCase07AShorterExpiryIsKept) {
  const auto s1 = new_secret(30);
  expect_change(s1, 30, "ok", "expired");
  expect_change(s1, 35, "expired", "401");
}

TEST_F(TimeTravel, WorkedCase08TheUserTokenCutsTheExpiryAndTheMessageSaysSo) {
  const auto old_token = token_of(kAdmin);
  at(day(168));  // 12 days are left of it
  const auto reply = post("/entity/secret/reset", {{"entityId", kMember}, {"secretExpiryDays", 100}}, old_token);
  EXPECT_THAT(reply.text("message"), testing::HasSubstr(iso8601(day(180)).substr(0, 10)));
  expect_change(reply.text("secret"), 12, "ok", "expired");
  expect_change(reply.text("secret"), 17, "expired", "401");
}

TEST_F(TimeTravel, WorkedCase09AnExpiryOverTheMaximumIsTheMaximumAndTheMessageSaysSo) {
  const auto reply = reset(400);
  EXPECT_THAT(reply.text("message"), testing::HasSubstr("180 days by default"));
  expect_change(reply.text("secret"), 180, "ok", "expired");
}

TEST_F(TimeTravel, WorkedCase10OfTwoResetsAtTheSameInstantOneIsCurrentAndTheOtherInGrace) {
  travel_to(10);
  const auto call = json_call("POST", "/entity/secret/reset", {{"entityId", kMember}}, token_of(kAdmin));
  std::array<std::string, 2> secrets;
  std::barrier start(2);
  const auto reset_once = [&](std::string& secret) {
    http::TestClient client(network().port());
    start.arrive_and_wait();
    if (auto answer = client.ask(call.bytes())) {
      secret = Reply{.status = answer->status, .body = std::move(answer->body)}.text("secret");
    }
  };
  {
    const std::jthread other([&] { reset_once(secrets[1]); });
    reset_once(secrets[0]);
  }
  const bool first_is_current = use(secrets[0]) == "ok";
  EXPECT_EQ(use(secrets.at(first_is_current ? 0 : 1)), "ok");
  EXPECT_EQ(use(secrets.at(first_is_current ? 1 : 0)), replaced_warning(day(5)));
  EXPECT_THAT(read(), is_answered({{"secret", secrets.at(first_is_current ? 0 : 1)}}));
}

TEST_F(TimeTravel, WorkedCase11RevokeOldEndsTheOldSecretAtOnce) {
  const auto s1 = new_secret();
  travel_to(10);
  const auto s2 = post("/entity/secret/reset", {{"entityId", kMember}, {"revokeOld", true}}, token_of(kAdmin));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2.text("secret")), "ok");
}

TEST_F(TimeTravel, WorkedCase14AReplacedShortSecretWarnsBeyondItsExpiry) {
  const auto s1 = new_secret(30);
  travel_to(28);
  const auto s2 = new_secret();
  expect_change(s1, 33, "replaced", "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(TimeTravel, WorkedCase15AResetDoesNotReviveASecretPastItsGrace) {
  const auto s1 = new_secret();
  travel_to(190);
  EXPECT_EQ(use(s1), "401");
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(TimeTravel, WorkedCase16WhatBecomesOfTheAskingUserChangesNoSecret) {
  const auto s1 = new_secret();
  travel_to(10);
  const auto s2 = new_secret();
  travel_to(11);
  EXPECT_THAT(
      post("/user/password/change", {{"oldPassword", kPassword}, {"password", kOtherPassword}}, token_of(kAdmin)),
      is_answered());
  EXPECT_THAT(erase("/entity/user/remove", {{"email", kAdmin}, {"entityId", kMember}}, token_of(kOperator)),
              is_answered());
  suspend_user(kAdmin);
  expect_change(s1, 15, "replaced", "401");
  expect_change(s2, 190, "ok", "expired");
}

TEST_F(TimeTravel, WorkedCase17ASuspendedEntityGetsNoTokenAndItsSecretAges) {
  const auto s1 = new_secret();
  travel_to(10);
  EXPECT_EQ(use(s1), "ok");
  suspend_entity();
  EXPECT_EQ(use(s1), "401");
  travel_to(20);
  EXPECT_EQ(use(s1), "401");
  resume_entity();
  EXPECT_EQ(use(s1), "ok");
  expect_change(s1, 180, "ok", "expired");
}

TEST_F(TimeTravel, WorkedCase18AGraceEndsDuringASuspension) {
  const auto s1 = new_secret();
  travel_to(8);
  const auto s2 = new_secret();
  travel_to(10);
  EXPECT_EQ(use(s1), replaced_warning(day(3)));
  suspend_entity();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "401");
  travel_to(20);
  resume_entity();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(TimeTravel, WorkedCase19ASecretInUseSurvivesManyResets) {
  const auto s1 = new_secret();
  EXPECT_EQ(use(s1), "ok");
  travel_to(1);
  for (int resets = 1; resets <= 20; ++resets) {
    const auto reply = reset();
    EXPECT_EQ(use(s1), replaced_warning(day(5)));
    EXPECT_EQ(reply.text("message").contains("At most 16 secrets"), resets >= 16) << resets;
  }
}

}  // namespace
}  // namespace dwarpal::test
