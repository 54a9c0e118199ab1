// From an email to a password: what the links are good for, and for how long.
#include <variant>

#include "http/scenario.hpp"
#include "http/service.hpp"

namespace dwarpal::test {
namespace {

const std::string kResetAnswer = "The password reset link has been successfully sent to the user's email.";

class Links : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    EXPECT_THAT(post("/user/register", {{"email", kNewcomer}, {"firstName", "Ravi"}, {"lastName", "Nair"}},
                     token_of(kOperator)),
                is_answered());
  }
  std::string link_of(const std::string& email) { return network().newest_link_token(email); }
  std::size_t mails_to(const std::string& email) { return network().kinds_of_mails_to(email).size(); }
  Reply verify(const std::string& link) { return post("/user/activation/verify", {{"token", link}}); }
  Reply set_password(const std::string& link, const std::string& password = kPassword) {
    return post("/user/activation/password", {{"token", link}, {"password", password}});
  }
  Reply request_reset(const std::string& email) {
    return post("/user/password/reset", {{"email", email}}, token_of(kOperator));
  }
  /// As anybody may.
  Reply ask_for_reset(const std::string& email) { return post("/user/password/reset", {{"email", email}}); }
  Reply resend_as_operator(const std::string& email) {
    return ask(HttpCall{.path = "/admin/v1/users/" + email + "/resend"}.by(token_of(kOperator)));
  }
  Reply resend(const std::string& email) { return post("/user/activation/resend", {{"email", email}}); }
  Reply change(const std::string& old_password, const std::string& password, const std::string& email = kAdmin) {
    return post("/user/password/change", {{"oldPassword", old_password}, {"password", password}}, token_of(email));
  }
};

TEST_F(Links, VerifyTheAddressAsOftenAsWantedAndSetThePasswordOnce) {
  const auto link = link_of(kNewcomer);
  for (int times = 0; times < 2; ++times) {
    const auto reply = verify(link);
    EXPECT_THAT(reply, is_answered({{"email", kNewcomer}, {"purpose", "activation"}}));
    EXPECT_TRUE(reply.has("message"));
  }
  EXPECT_THAT(sign_in(kNewcomer), is_refused(401, kBadPassword));
  EXPECT_THAT(set_password(link), is_answered({{"message", "Password has been set."}}));
  EXPECT_THAT(sign_in(kNewcomer), is_answered());

  EXPECT_THAT(verify(link), is_refused(400, kBadLink));
  EXPECT_THAT(set_password(link, kOtherPassword), is_refused(400, kBadLink));
  EXPECT_THAT(sign_in(kNewcomer), is_answered());
}

TEST_F(Links, SetThePasswordWithoutBeingVerifiedBefore) {
  EXPECT_THAT(set_password(link_of(kNewcomer)), is_answered());
  EXPECT_THAT(sign_in(kNewcomer), is_answered());
}

TEST_F(Links, AreRefusedWhenTheyAreUnknownOrAltered) {
  const auto link = link_of(kNewcomer);
  for (const auto& altered : {std::string("x"), link + "x", link.substr(1), " " + link, link + "=", link + link}) {
    EXPECT_THAT(verify(altered), is_refused(400, kBadLink)) << altered;
    EXPECT_THAT(set_password(altered), is_refused(400, kBadLink)) << altered;
  }
  EXPECT_THAT(verify(link), is_answered());
}

TEST_F(Links, ForActivationLast72Hours) {
  const auto link = link_of(kNewcomer);
  at(start_ + 72h - 1ms);
  EXPECT_THAT(verify(link), is_answered());
  at(start_ + 72h);
  EXPECT_THAT(verify(link), is_refused(400, kBadLink));
  EXPECT_THAT(set_password(link), is_refused(400, kBadLink));
}

TEST_F(Links, ForActivationSetAPasswordInTheirLastMoment) {
  at(start_ + 72h - 1ms);
  EXPECT_THAT(set_password(link_of(kNewcomer)), is_answered());
}

TEST_F(Links, ForAPasswordLastAnHour) {
  EXPECT_THAT(request_reset(kAdmin), is_answered({{"message", kResetAnswer}}));
  const auto link = link_of(kAdmin);
  at(start_ + 1h - 1ms);
  EXPECT_THAT(verify(link), is_answered({{"email", kAdmin}, {"purpose", "password-reset"}}));
  at(start_ + 1h);
  EXPECT_THAT(verify(link), is_refused(400, kBadLink));
  EXPECT_THAT(set_password(link), is_refused(400, kBadLink));
}

TEST_F(Links, ForAPasswordSetItInTheirLastMoment) {
  EXPECT_THAT(request_reset(kAdmin), is_answered());
  at(start_ + 1h - 1ms);
  EXPECT_THAT(set_password(link_of(kAdmin), kOtherPassword), is_answered());
  EXPECT_THAT(sign_in(kAdmin, kOtherPassword), is_answered());
}

TEST_F(Links, EndTogetherWhenOneOfThemIsUsed) {
  const auto first = link_of(kNewcomer);
  clock_.advance(15min);
  EXPECT_THAT(resend(kNewcomer), is_answered());
  const auto second = link_of(kNewcomer);
  ASSERT_NE(first, second);
  EXPECT_THAT(verify(first), is_answered());
  EXPECT_THAT(set_password(second), is_answered());
  EXPECT_THAT(verify(first), is_refused(400, kBadLink));
}

TEST_F(Links, EndWhenThePasswordIsChanged) {
  EXPECT_THAT(request_reset(kAdmin), is_answered());
  const auto link = link_of(kAdmin);
  EXPECT_THAT(verify(link), is_answered());
  EXPECT_THAT(change(kPassword, kOtherPassword), is_answered());
  EXPECT_THAT(verify(link), is_refused(400, kBadLink));
}

TEST_F(Links, AreNotRepeatedWithin15Minutes) {
  at(start_ + 15min - 1ms);
  EXPECT_THAT(resend(kNewcomer), is_answered());
  EXPECT_EQ(mails_to(kNewcomer), 1U);
  at(start_ + 15min);
  EXPECT_THAT(resend(kNewcomer), is_answered());
  EXPECT_EQ(mails_to(kNewcomer), 2U);
}

TEST_F(Links, AreSentFiveTimesADayAtMost) {
  for (int sent = 1; sent < 10; ++sent) {
    EXPECT_EQ(mails_to(kNewcomer), static_cast<std::size_t>(std::min(sent, 5)));
    clock_.advance(15min);
    EXPECT_THAT(ask_for_reset(kNewcomer), is_answered({{"message", kResetAnswer}}));
  }
  at(start_ + 24h - 1ms);
  EXPECT_THAT(ask_for_reset(kNewcomer), is_answered());
  EXPECT_EQ(mails_to(kNewcomer), 5U);
  at(start_ + 24h);
  EXPECT_THAT(ask_for_reset(kNewcomer), is_answered());
  EXPECT_EQ(mails_to(kNewcomer), 6U);
}

TEST_F(Links, AreLimitedForAnOperatorAsForEverybodyAndTheAnswerDoesNotTell) {
  for (int sent = 1; sent < 8; ++sent) {
    EXPECT_THAT(request_reset(kNewcomer), is_answered({{"message", kResetAnswer}}));
    EXPECT_THAT(resend_as_operator(kNewcomer), is_answered({{"message", "An activation link is in the outbox."}}));
    EXPECT_EQ(mails_to(kNewcomer), static_cast<std::size_t>(std::min(sent, 5)));
    clock_.advance(15min);
  }
}

TEST_F(Links, AreNotSentToASuspendedUserAndTheAnswerDoesNotTell) {
  suspend_user(kAdmin);
  const auto before = mails_to(kAdmin);
  EXPECT_THAT(request_reset(kAdmin), is_answered({{"message", kResetAnswer}}));
  EXPECT_THAT(ask_for_reset(kAdmin), is_answered({{"message", kResetAnswer}}));
  EXPECT_EQ(mails_to(kAdmin), before);
}

TEST_F(Links, AreRequestedInATimeThatTellsOperatorsAloneWhetherThereWasWork) {
  const auto is_held = [&](const std::string& path, const std::string& token) {
    http::Request request{.method = http::Method::Post, .method_name = "POST", .target_path = "/iam/v1" + path};
    if (!token.empty()) request.headers = {{"Authorization", "Bearer " + token}};
    request.body = R"({"email":"nobody@fip-1.test"})";
    const auto match = network().api().match(request);
    return std::get<const http::Route*>(match)->handle(request).hold_until_after_receipt.has_value();
  };
  const std::string reset = "/user/password/reset";
  EXPECT_TRUE(is_held(reset, {}));
  EXPECT_TRUE(is_held(reset, "a.b.c"));
  EXPECT_TRUE(is_held(reset, token_of(kAdmin)));
  EXPECT_FALSE(is_held(reset, token_of(kOperator)));
  EXPECT_TRUE(is_held("/user/activation/resend", {}));
  EXPECT_TRUE(is_held("/user/activation/resend", token_of(kAdmin)));
}

TEST_F(Links, LeadToTheConfiguredAddressWhateverTheRequestSaysOfItsHost) {
  auto call = json_call("POST", "/user/password/reset", {{"email", kAdmin}})
                  .with("X-Forwarded-Host", "evil.test")
                  .with("Forwarded", "host=evil.test")
                  .with("Origin", "https://evil.test");
  call.host = "evil.test";
  EXPECT_THAT(ask(call), is_answered({{"message", kResetAnswer}}));
  const auto mails =
      node().store.read([](core::Transaction& transaction) { return transaction.outbox().search({.limit = 1}); });
  ASSERT_EQ(mails->front().to, kAdmin);
  const auto mail = node().mailer.open(mails->front());
  EXPECT_TRUE(mail->link->expose().starts_with("https://iam.setu.test/console/reset-password#token="));
  EXPECT_FALSE(mail->text.expose().contains("evil"));
  EXPECT_FALSE(mail->html.expose().contains("evil"));
}

TEST_F(Links, ThatAreBadAreLimitedByAddressAndNeverHoldUpAGoodOne) {
  const auto good = link_of(kNewcomer);
  for (int failure = 1; failure <= 100; ++failure) EXPECT_THAT(verify("bad"), is_refused(400, kBadLink));
  const auto limited = verify("bad");
  EXPECT_THAT(limited, is_refused_naming(429, ""));
  EXPECT_EQ(limited.header("retry-after"), "1");
  EXPECT_THAT(set_password("bad"), is_refused_naming(429, ""));
  EXPECT_THAT(set_password(good), is_answered());
}

TEST_F(Links, ActivateWhoAsksForAPasswordBeforeBeingActive) {
  clock_.advance(15min);
  EXPECT_THAT(request_reset(kNewcomer), is_answered({{"message", kResetAnswer}}));
  EXPECT_THAT(network().kinds_of_mails_to(kNewcomer), testing::ElementsAre("activation", "activation"));
}

TEST_F(Links, AreNotResentToWhoIsActive) {
  const auto before = mails_to(kAdmin);
  EXPECT_THAT(resend(kAdmin), is_answered());
  EXPECT_EQ(mails_to(kAdmin), before);
}

TEST_F(Links, AreAnsweredAlikeForKnownAndUnknownUsers) {
  for (const auto* path : {"/user/password/reset", "/user/activation/resend"}) {
    auto known = post(path, {{"email", kAdmin}, {"txnId", "t"}}).json();
    auto unknown = post(path, {{"email", "nobody@fip-1.test"}, {"txnId", "t"}}).json();
    EXPECT_EQ(known, unknown);
  }
  EXPECT_THAT(network().kinds_of_mails_to("nobody@fip-1.test"), testing::IsEmpty());
  EXPECT_THAT(post("/user/password/reset", {{"email", kAdmin}}), is_answered({{"message", kResetAnswer}}));
}

TEST_F(Links, AreMissedAloudForOperatorsAlone) {
  EXPECT_THAT(request_reset("nobody@fip-1.test"), is_refused(404, kNoUser));
  const boost::json::object nobody{{"email", "nobody@fip-1.test"}};
  EXPECT_THAT(post("/user/password/reset", nobody, token_of(kAdmin)), is_answered({{"message", kResetAnswer}}));
  EXPECT_THAT(post("/user/password/reset", nobody, "a.b.c"), is_refused(401, kBadToken));
}

TEST_F(Links, ThatAnOperatorSendsAnAdminAreToldToAllAdmins) {
  EXPECT_THAT(set_password(link_of(kNewcomer)), is_answered());
  make_admin(kNewcomer);
  const auto before = mails_to(kNewcomer);
  EXPECT_THAT(request_reset(kAdmin), is_answered());
  EXPECT_EQ(mails_to(kNewcomer), before + 1);
}

TEST_F(Links, KeepOpenWhenThePasswordMissesARule) {
  const auto link = link_of(kNewcomer);
  const std::string too_easy = "The password is too easy to guess";
  EXPECT_THAT(set_password(link, "vq7#hTr2 mZp9x"), is_refused(400, "The password must have at least 15 characters"));
  EXPECT_THAT(set_password(link, std::string(1025, 'x')), is_refused(400, "The password must have at most 1024 bytes"));
  for (const auto* easy : {"passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "newcomer@fip-1.test", "123456789012345",
                           "qwertyuiopasdfgh", "RaviNairRaviNair"}) {
    EXPECT_THAT(set_password(link, easy), is_refused(400, too_easy)) << easy;
  }
  EXPECT_THAT(set_password(link, "x\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f otter 91"),
              is_refused(400, "The password must have at least 15 characters"));
  EXPECT_THAT(sign_in(kNewcomer), is_refused(401, kBadPassword));
  EXPECT_THAT(set_password(link, "vq7#hTr2 mZp9xK"), is_answered());  // 15 characters
}

TEST_F(Links, TakeAPasswordOf1024BytesInAnyAlphabet) {
  std::string longest = kPassword;
  for (char letter = '!'; longest.size() < 1024; letter = letter == '~' ? '!' : static_cast<char>(letter + 1)) {
    longest += letter;
  }
  EXPECT_THAT(set_password(link_of(kNewcomer), longest), is_answered());
  EXPECT_THAT(sign_in(kNewcomer, longest), is_answered());
  EXPECT_THAT(sign_in(kNewcomer, longest.substr(0, 1023)), is_refused(401, kBadPassword));

  const std::string new_password =
      "\xe0\xa4\xa6\xe0\xa5\x8d\xe0\xa4\xb5\xe0\xa4\xbe\xe0\xa4\xb0\xe0\xa4\xaa\xe0\xa4\xbe\xe0\xa4\xb2 ek do teen 47";
  EXPECT_THAT(change(kPassword, new_password), is_answered());
  EXPECT_THAT(sign_in(kAdmin, new_password), is_answered());
}

TEST_F(Links, AreNotNeededForAChangeByTheOldPassword) {
  EXPECT_THAT(change("not " + kPassword, kOtherPassword), is_refused(401, "The old password is wrong"));
  EXPECT_THAT(change(kPassword, "too short"), is_refused(400, "The password must have at least 15 characters"));
  EXPECT_THAT(sign_in(kAdmin), is_answered());
  EXPECT_THAT(change(kPassword, kOtherPassword), is_answered({{"message", "Password has been set."}}));
  EXPECT_THAT(sign_in(kAdmin), is_refused(401, kBadPassword));
  EXPECT_THAT(sign_in(kAdmin, kOtherPassword), is_answered());
}

}  // namespace
}  // namespace dwarpal::test
