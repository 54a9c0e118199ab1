// The worked cases of docs/lifecycle.md over HTTP, by their numbers. Day 0 is the reset of S1. Cases 12 and 13 need a
// killed process.
#include <array>
#include <barrier>
#include <thread>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

class SecretsOverTime : public Scenario {
 protected:
  /// On both sides of the instant.
  void expect_change(const std::string& secret, Instant when, const std::string& before, const std::string& after) {
    at(when - 1ms);
    EXPECT_EQ(use(secret), before);
    at(when);
    EXPECT_EQ(use(secret), after);
  }
  std::string new_secret(std::optional<int> days = {}) { return reset(days).text("secret"); }
};

class SecretsWithoutGrace : public SecretsOverTime {
 protected:
  SecretsWithoutGrace() { settings_.policy.grace_after_replacement = 0ms; }
};

TEST_F(SecretsOverTime, WorkedCase01ASecretWorksToItsExpiryThenWarnsThenEnds) {
  const auto s1 = new_secret();
  EXPECT_EQ(use(s1), "ok");
  expect_change(s1, day(180), "ok", expired_warning());
  expect_change(s1, day(185), expired_warning(), "401");
}

TEST_F(SecretsOverTime, WorkedCase02AReplacedSecretWarnsForItsGrace) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), replaced_warning(day(15)));
  expect_change(s1, day(15), replaced_warning(day(15)), "401");
  expect_change(s2, day(190), "ok", expired_warning());
}

TEST_F(SecretsOverTime, WorkedCase03AGraceAfterReplacementMayOutlastTheExpiry) {
  const auto s1 = new_secret();
  at(day(178));
  const auto s2 = new_secret();
  expect_change(s1, day(180), replaced_warning(day(183)), replaced_warning(day(183)));
  expect_change(s1, day(183), replaced_warning(day(183)), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase04AGraceAfterReplacementEndsWithTheGraceAfterExpiry) {
  const auto s1 = new_secret();
  at(day(182));
  EXPECT_EQ(use(s1), expired_warning());
  const auto s2 = new_secret();
  expect_change(s1, day(185), replaced_warning(day(185)), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase05EachReplacedSecretKeepsItsOwnGrace) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = new_secret();
  at(day(11));
  const auto s3 = new_secret();
  expect_change(s1, day(15), replaced_warning(day(15)), "401");
  expect_change(s2, day(16), replaced_warning(day(16)), "401");
  EXPECT_EQ(use(s3), "ok");
}

TEST_F(SecretsOverTime, WorkedCase06ARevocationEndsTheReplacedSecretAtOnce) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = new_secret();
  at(day(11));
  EXPECT_EQ(use(s1), replaced_warning(day(15)));
  EXPECT_THAT(post("/entity/secret/revoke", {{"entityId", kMember}}, token_of(kAdmin)), is_answered({{"revoked", 1}}));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase07AShorterExpiryIsKept) {
  const auto s1 = new_secret(30);
  expect_change(s1, day(30), "ok", expired_warning());
  expect_change(s1, day(35), expired_warning(), "401");
}

TEST_F(SecretsOverTime, WorkedCase08TheUserTokenCutsTheExpiryAndTheMessageSaysSo) {
  const auto old_token = token_of(kAdmin);
  at(day(168));  // 12 days are left of it
  const auto reply = post("/entity/secret/reset", {{"entityId", kMember}, {"secretExpiryDays", 100}}, old_token);
  EXPECT_THAT(reply, is_answered({{"expiresOn", unix_milliseconds(day(180))}}));
  EXPECT_THAT(reply.text("message"), testing::HasSubstr(iso8601(day(180)).substr(0, 10)));
  expect_change(reply.text("secret"), day(180), "ok", expired_warning());
  expect_change(reply.text("secret"), day(185), expired_warning(), "401");
}

TEST_F(SecretsOverTime, WorkedCase09AnExpiryOverTheMaximumIsTheMaximumAndTheMessageSaysSo) {
  const auto reply = reset(400);
  EXPECT_EQ(reply.text("message"),
            "The expiry is set to 180 days by default, as the user didn't specify or exceeded the default limit.");
  expect_change(reply.text("secret"), day(180), "ok", expired_warning());
}

TEST_F(SecretsOverTime, WorkedCase10OfTwoResetsAtTheSameInstantOneIsCurrentAndTheOtherInGrace) {
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
  ASSERT_FALSE(secrets[0].empty() || secrets[1].empty());
  const bool first_is_current = use(secrets[0]) == "ok";
  EXPECT_EQ(use(secrets.at(first_is_current ? 0 : 1)), "ok");
  EXPECT_EQ(use(secrets.at(first_is_current ? 1 : 0)), replaced_warning(day(5)));
  EXPECT_THAT(read(), is_answered({{"secret", secrets.at(first_is_current ? 0 : 1)}}));
}

TEST_F(SecretsOverTime, WorkedCase11RevokeOldEndsTheOldSecretAtOnce) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = post("/entity/secret/reset", {{"entityId", kMember}, {"revokeOld", true}}, token_of(kAdmin));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2.text("secret")), "ok");
}

TEST_F(SecretsWithoutGrace, WorkedCase11WithoutGraceAfterReplacementTheOldSecretEndsAtOnce) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase14AReplacedShortSecretWarnsBeyondItsExpiry) {
  const auto s1 = new_secret(30);
  expect_change(s1, day(28), "ok", "ok");
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), replaced_warning(day(33)));
  expect_change(s1, day(33), replaced_warning(day(33)), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase15AResetDoesNotReviveASecretPastItsGrace) {
  const auto s1 = new_secret();
  at(day(190));
  EXPECT_EQ(use(s1), "401");
  const auto s2 = new_secret();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase16APasswordChangeOfTheAskingUserChangesNoSecret) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = new_secret();
  at(day(11));
  EXPECT_THAT(
      post("/user/password/change", {{"oldPassword", kPassword}, {"password", kOtherPassword}}, token_of(kAdmin)),
      is_answered());
  expect_change(s1, day(15), replaced_warning(day(15)), "401");
  expect_change(s2, day(190), "ok", expired_warning());
}

TEST_F(SecretsOverTime, WorkedCase16RemovalAndSuspensionOfTheAskingUserChangeNoSecret) {
  const auto s1 = new_secret();
  at(day(10));
  const auto s2 = new_secret();
  at(day(11));
  EXPECT_THAT(erase("/entity/user/remove", {{"email", kAdmin}, {"entityId", kMember}}, token_of(kOperator)),
              is_answered());
  suspend_user(kAdmin);
  expect_change(s1, day(15), replaced_warning(day(15)), "401");
  expect_change(s2, day(190), "ok", expired_warning());
}

TEST_F(SecretsOverTime, WorkedCase17ASuspendedEntityGetsNoTokenAndItsSecretAges) {
  const auto s1 = new_secret();
  at(day(10));
  EXPECT_EQ(use(s1), "ok");
  suspend_entity();
  EXPECT_EQ(use(s1), "401");
  at(day(20));
  EXPECT_EQ(use(s1), "401");
  resume_entity();
  EXPECT_EQ(use(s1), "ok");
  expect_change(s1, day(180), "ok", expired_warning());
}

TEST_F(SecretsOverTime, WorkedCase18AGraceEndsDuringASuspension) {
  const auto s1 = new_secret();
  at(day(8));
  const auto s2 = new_secret();
  at(day(10));
  EXPECT_EQ(use(s1), replaced_warning(day(13)));
  suspend_entity();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "401");
  at(day(20));
  resume_entity();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(SecretsOverTime, WorkedCase19ASecretInUseSurvivesManyResets) {
  const auto s1 = new_secret();
  EXPECT_EQ(use(s1), "ok");
  at(day(1));
  const auto unused = new_secret();
  for (int resets = 1; resets <= 19; ++resets) {
    const auto reply = reset();
    EXPECT_EQ(use(s1), replaced_warning(day(6)));
    // 16 are S1, the unused one, 13 between, and the newest: the 15th reset from here ends the oldest unused one.
    EXPECT_EQ(reply.text("message").contains("At most 16 secrets"), resets >= 15) << resets;
  }
  EXPECT_EQ(use(unused), "401");
}

}  // namespace
}  // namespace dwarpal::test
