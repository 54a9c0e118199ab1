// Suspended users, removed admins, suspended and deregistered entities: on every call.
#include <functional>
#include <vector>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

class Standing : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    make_user(kSecond);
    secret_ = reset().text("secret");
  }

  /// Each call that takes a user token, with this one.
  std::vector<Reply> each_call_with(const std::string& token) {
    const boost::json::object entity{{"entityId", kMember}};
    const boost::json::object link{{"email", kSecond}, {"entityId", kMember}};
    return {post("/entity/secret/reset", entity, token),
            post("/entity/secret/read", entity, token),
            post("/entity/secret/status", entity, token),
            post("/entity/secret/revoke", entity, token),
            post("/entity/register", registration("aa", "AA-9"), token),
            post("/user/register", {{"email", "x@y.test"}, {"firstName", "X"}, {"lastName", "Y"}}, token),
            put("/entity/user/add", link, token),
            erase("/entity/user/remove", link, token),
            post("/user/password/reset", {{"email", kSecond}}, token),
            post("/user/password/change", {{"oldPassword", kPassword}, {"password", kOtherPassword}}, token),
            post("/sandbox/clock", {{"entityId", kMember}, {"shift", "P1D"}}, token),
            post("/entity/mock/register", {{"entityinfo", {{"id", "MOCK-1"}}}}, token)};
  }
  void expect_dead(const std::string& token) {
    const auto before = network().dump_of_store();
    for (const auto& reply : each_call_with(token)) EXPECT_THAT(reply, is_refused(401, kBadToken));
    EXPECT_EQ(network().dump_of_store(), before);
  }
  /// What an entity admin does with their entity.
  std::vector<Reply> calls_on_the_entity(const std::string& token) {
    const boost::json::object entity{{"entityId", kMember}};
    const boost::json::object link{{"email", kSecond}, {"entityId", kMember}};
    return {post("/entity/secret/read", entity, token),
            post("/entity/secret/reset", entity, token),
            post("/entity/secret/status", entity, token),
            post("/entity/secret/revoke", entity, token),
            put("/entity/user/add", link, token),
            erase("/entity/user/remove", link, token),
            post("/sandbox/clock", {{"entityId", kMember}, {"shift", "P1D"}}, token)};
  }
  void expect_no_right(const std::string& token) {
    const auto before = network().dump_of_store();
    for (const auto& reply : calls_on_the_entity(token)) EXPECT_THAT(reply, is_refused(401, kBadEntity));
    EXPECT_EQ(network().dump_of_store(), before);
  }

  std::string secret_;
};

TEST_F(Standing, ASuspendedUserDoesNothingAtAll) {
  const auto token = token_of(kAdmin);
  suspend_user(kAdmin);
  expect_dead(token);
  EXPECT_THAT(sign_in(kAdmin), is_refused(401, kBadPassword));
  EXPECT_EQ(use(secret_), "ok");
}

TEST_F(Standing, AResumedUserSignsInAgainWhileTheOldTokenStaysDead) {
  const auto token = token_of(kAdmin);
  suspend_user(kAdmin);
  resume_user(kAdmin);
  expect_dead(token);
  EXPECT_THAT(sign_in(kAdmin), is_answered());
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, sign_in(kAdmin).text("accessToken")),
              is_answered({{"secret", secret_}}));
}

TEST_F(Standing, ASuspensionTellsTheUsersNextTokenSinceWhenTokensCount) {
  at(start_ + 90s + 1ms);
  EXPECT_THAT(sign_in(kAdmin), is_answered({{"notBeforePolicy", 0}}));
  suspend_user(kAdmin);
  resume_user(kAdmin);
  EXPECT_THAT(sign_in(kAdmin), is_answered({{"notBeforePolicy", unix_seconds(start_) + 91}}));
}

TEST_F(Standing, ASuspendedUserHasNoLinkAndGetsNone) {
  EXPECT_THAT(post("/user/password/reset", {{"email", kSecond}}, token_of(kOperator)), is_answered());
  const auto link = network().newest_link_token(kSecond);
  const auto mails = network().kinds_of_mails_to(kSecond).size();
  suspend_user(kSecond);
  EXPECT_THAT(post("/user/activation/verify", {{"token", link}}), is_refused(400, kBadLink));
  EXPECT_THAT(post("/user/activation/password", {{"token", link}, {"password", kOtherPassword}}),
              is_refused(400, kBadLink));
  clock_.advance(1h);
  EXPECT_THAT(post("/user/password/reset", {{"email", kSecond}}, token_of(kOperator)), is_answered());
  EXPECT_THAT(post("/user/activation/resend", {{"email", kSecond}}), is_answered());
  EXPECT_EQ(network().kinds_of_mails_to(kSecond).size(), mails);
  resume_user(kSecond);
  EXPECT_THAT(post("/user/activation/verify", {{"token", link}}), is_refused(400, kBadLink));
}

TEST_F(Standing, ASuspendedOperatorDoesNothingAtAll) {
  const auto token = token_of(kOperator);
  suspend_user(kOperator);
  expect_dead(token);
}

TEST_F(Standing, AChangedPasswordEndsEveryTokenOfTheUser) {
  const auto first = token_of(kAdmin);
  const auto second = sign_in(kAdmin).text("accessToken");
  EXPECT_THAT(post("/user/password/change", {{"oldPassword", kPassword}, {"password", kOtherPassword}}, first),
              is_answered({{"message", "Password has been set."}}));
  expect_dead(first);
  expect_dead(second);
  EXPECT_THAT(sign_in(kAdmin), is_refused(401, kBadPassword));
  EXPECT_THAT(sign_in(kAdmin, kOtherPassword), is_answered());
}

TEST_F(Standing, APasswordSetByALinkEndsEveryTokenOfTheUser) {
  const auto token = token_of(kAdmin);
  EXPECT_THAT(post("/user/password/reset", {{"email", kAdmin}}, token_of(kOperator)), is_answered());
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, token), is_answered());
  activate(kAdmin);
  expect_dead(token);
}

TEST_F(Standing, ARemovedAdminHasNoRightLeftWhileTheirTokenLives) {
  const auto token = token_of(kAdmin);
  EXPECT_THAT(erase("/entity/user/remove", {{"email", kAdmin}, {"entityId", kMember}}, token_of(kOperator)),
              is_answered({{"message", "User successfully removed from the entity."}}));
  expect_no_right(token);
  EXPECT_THAT(post("/user/password/change", {{"oldPassword", kPassword}, {"password", kOtherPassword}}, token),
              is_answered());
  EXPECT_EQ(use(secret_), "ok");
}

TEST_F(Standing, AnAdminAddedAgainHasTheRightsAtOnceByTheSameToken) {
  const auto token = token_of(kSecond);
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, token), is_refused(401, kBadEntity));
  make_admin(kSecond);
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, token), is_answered({{"secret", secret_}}));
}

TEST_F(Standing, NobodyHasARightOnAnEntityThatIsNotTheirs) {
  make_member("aa", "AA-1");
  expect_no_right(token_of("admin@aa-1.test"));
  expect_no_right(token_of(kSecond));
}

TEST_F(Standing, AnUnknownEntityLooksLikeAForbiddenOne) {
  for (const std::string id : {"NO-SUCH", "fip-1", "FIP-1 ", " FIP-1", "FIP-1%00", "'; DROP TABLE entities; --"}) {
    for (const auto* path : {"reset", "read", "status", "revoke"}) {
      EXPECT_THAT(post(std::string("/entity/secret/") + path, {{"entityId", id}}, token_of(kAdmin)),
                  is_refused(401, kBadEntity));
    }
    EXPECT_THAT(put("/entity/user/add", {{"email", kSecond}, {"entityId", id}}, token_of(kOperator)),
                is_refused(401, kBadEntity));
    EXPECT_THAT(erase("/entity/user/remove", {{"email", kSecond}, {"entityId", id}}, token_of(kOperator)),
                is_refused(401, kBadEntity));
  }
}

TEST_F(Standing, ASuspendedEntityIsClosedToItsAdmins) {
  const auto token = token_of(kAdmin);
  suspend_entity();
  expect_no_right(token);
  EXPECT_EQ(use(secret_), "401");
  resume_entity();
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, token), is_answered({{"secret", secret_}}));
  EXPECT_EQ(use(secret_), "ok");
}

TEST_F(Standing, AnOperatorLooksAtASuspendedEntitysSecretsAndRevokesThem) {
  suspend_entity();
  const boost::json::object entity{{"entityId", kMember}};
  EXPECT_THAT(post("/entity/secret/status", entity, token_of(kOperator)), is_answered());
  EXPECT_THAT(post("/entity/secret/revoke", entity, token_of(kOperator)), is_answered({{"revoked", 0}}));
  EXPECT_THAT(post("/entity/secret/read", entity, token_of(kOperator)), is_refused(401, kBadEntity));
}

TEST_F(Standing, AnOperatorChangesTheAdminsOfASuspendedEntity) {
  suspend_entity();
  make_admin(kSecond);
  EXPECT_THAT(erase("/entity/user/remove", {{"email", kSecond}, {"entityId", kMember}}, token_of(kOperator)),
              is_answered());
}

TEST_F(Standing, ADeregisteredEntityIsClosedForGood) {
  deregister_entity();
  expect_no_right(token_of(kAdmin));
  EXPECT_EQ(use(secret_), "401");
  const boost::json::object entity{{"entityId", kMember}};
  EXPECT_THAT(post("/entity/secret/status", entity, token_of(kOperator)), is_refused(401, kBadEntity));
  EXPECT_THAT(post("/entity/secret/revoke", entity, token_of(kOperator)), is_refused(401, kBadEntity));
  EXPECT_THAT(put("/entity/user/add", {{"email", kSecond}, {"entityId", kMember}}, token_of(kOperator)),
              is_refused(401, kBadEntity));
  EXPECT_THAT(post("/entity/register", registration("fip", kMember), token_of(kOperator)),
              is_refused(403, "Client already exists"));
}

TEST_F(Standing, AnEntityWithoutASecretGetsNoToken) {
  make_member("fiu", "FIU-1");
  EXPECT_THAT(entity_token("anything", "FIU-1"), is_refused(401, kBadSecret));
}

}  // namespace
}  // namespace dwarpal::test
