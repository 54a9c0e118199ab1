// The machine's clock runs behind what was committed already.
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

class ClockSetBack : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    at(day(1));
    secret_ = reset().text("secret");
    admin_ = token_of(kAdmin);
    EXPECT_THAT(post("/user/register", {{"email", "new@fip-1.test"}, {"firstName", "A"}, {"lastName", "B"}},
                     token_of(kOperator)),
                is_answered());
    link_ = network().newest_link_token("new@fip-1.test");
    EXPECT_TRUE(node().token_events.flush());
  }

  std::string secret_;
  std::string admin_;
  std::string link_;
};

TEST_F(ClockSetBack, ByAMinuteDecidesByTheNewestCommit) {
  at(day(1) - 60s);
  EXPECT_THAT(get("/health/ready").status, 200U);
  EXPECT_THAT(post("/entity/secret/reset", {{"entityId", kMember}, {"secretExpiryDays", 30}}, admin_),
              is_answered({{"expiresOn", unix_milliseconds(day(31))}}));
  EXPECT_THAT(entity_token(secret_), is_answered({{"message", replaced_warning(day(6))}}));
  EXPECT_THAT(sign_in(kAdmin), is_answered());
  EXPECT_THAT(post("/user/activation/password", {{"token", link_}, {"password", kPassword}}), is_answered());
}

TEST_F(ClockSetBack, ByMoreServesNothingThatDependsOnTime) {
  at(day(1) - 60s - 1ms);
  const auto before = network().dump_of_store();
  for (const auto& reply :
       {sign_in(kAdmin), sign_in("nobody@fip-1.test"), entity_token(secret_), entity_token("wrong"),
        post("/entity/secret/reset", {{"entityId", kMember}}, admin_),
        post("/user/register", {{"email", "x@y.test"}, {"firstName", "X"}, {"lastName", "Y"}}, admin_),
        post("/user/activation/verify", {{"token", link_}}),
        post("/user/activation/password", {{"token", link_}, {"password", kPassword}}),
        post("/user/activation/resend", {{"email", "new@fip-1.test"}}),
        post("/user/password/reset", {{"email", kAdmin}})}) {
    EXPECT_THAT(reply, is_refused_naming(503, "unavailable"));
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_F(ClockSetBack, ByMoreIsNotReadyButAliveAndPublishesKeys) {
  at(day(1) - 60s - 1ms);
  EXPECT_EQ(get("/health/ready").status, 503U);
  EXPECT_EQ(get("/health/live").status, 200U);
  EXPECT_EQ(get("/auth/realms/sahamati/protocol/openid-connect/certs").status, 200U);
}

TEST_F(ClockSetBack, ServesAgainWhenTheClockIsRight) {
  at(day(1) - 1h);
  EXPECT_EQ(entity_token(secret_).status, 503U);
  at(day(1));
  EXPECT_EQ(use(secret_), "ok");
  EXPECT_EQ(get("/health/ready").status, 200U);
}

}  // namespace
}  // namespace dwarpal::test
