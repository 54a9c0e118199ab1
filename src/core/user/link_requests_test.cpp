// Who is mailed a link on request, how often, and who is told.
#include "core/user/activation_fixture.hpp"
#include "support/forwarding_store.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A store that can be read, but not be written.
class FullStore final : public test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

 protected:
  Result<> write_erased(const Work& work) override {
    return ForwardingStore::write_erased([&](Transaction& transaction) -> Result<> {
      TRY(work(transaction));
      return fail(ErrorCode::Unavailable, "The disk is full");
    });
  }
};

TEST_F(ActivationTest, AnUnknownEmailGetsTheSameAnswerAndLeavesNoTrace) {
  by_operator();
  const auto records = audit_records().size();
  EXPECT_TRUE(done(activation_.resend(email("mistyped@bank.test"), anonymous())));
  EXPECT_TRUE(done(activation_.request_password_reset(email("mistyped@bank.test"), anonymous())));
  EXPECT_EQ(audit_records().size(), records);
  EXPECT_THAT(mails_to("mistyped@bank.test"), IsEmpty());
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(ActivationTest, AStrangerIsNotToldWhatTheStoreCouldNotWriteForAUser) {
  active("asha@bank.test");
  FullStore full(test_.store());
  Activation activation(full, mailer_, audit_, decision_clock_, random_, hasher_, policy_);
  for (const auto* address : {"asha@bank.test", "mistyped@bank.test"}) {
    const auto request = activation.request_password_reset(email(address), anonymous());
    ASSERT_TRUE(done(request));
    EXPECT_TRUE(request->failure);
  }
  const auto request = activation.request_password_reset(email("asha@bank.test"), by_operator());
  EXPECT_TRUE(refused(request, ErrorCode::Unavailable, "The disk is full"));
}

TEST_F(ActivationTest, TheLimitsOnMailsBindAnOperatorAndNotTheCommandLine) {
  active("asha@bank.test");  // one activation link
  const auto reset_by = [&](const CallContext& context) {
    EXPECT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), context)));
    return mails_sent("asha@bank.test");
  };
  EXPECT_EQ(reset_by(by_operator()), 2U);
  test_.clock().advance(15min - 1ms);
  EXPECT_EQ(reset_by(by_operator()), 2U);
  EXPECT_EQ(reset_by(command_line()), 3U);
  for (const auto sent : {4U, 5U, 5U}) {
    test_.clock().advance(15min);
    EXPECT_EQ(reset_by(by_operator()), sent);
  }
  EXPECT_EQ(reset_by(command_line()), 6U);
}

TEST_F(ActivationTest, AnOperatorIsToldThatAnEmailIsUnknown) {
  EXPECT_TRUE(refused(activation_.request_password_reset(email("mistyped@bank.test"), by_operator()),
                      ErrorCode::NotFound, "User doesn't exist"));
  EXPECT_EQ(newest_audit_record(), "link.send refused: User doesn't exist");
  EXPECT_TRUE(refused(activation_.resend(email("mistyped@bank.test"), command_line()), ErrorCode::NotFound,
                      "User doesn't exist"));
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(ActivationTest, AResetSendsWhatTheUserNeeds) {
  active("active@bank.test");
  invited("invited@bank.test");
  invited("verified@bank.test");
  ASSERT_TRUE(done(activation_.verify(newest_token("verified@bank.test"), anonymous())));
  suspended("suspended@bank.test");
  test_.clock().advance(15min);
  for (const auto* address : {"active@bank.test", "invited@bank.test", "verified@bank.test", "suspended@bank.test"}) {
    ASSERT_TRUE(done(activation_.request_password_reset(email(address), anonymous())));
  }
  EXPECT_THAT(kinds_of_mails_to("active@bank.test"), ElementsAre("activation", "password-reset"));
  EXPECT_THAT(kinds_of_mails_to("invited@bank.test"), ElementsAre("activation", "activation"));
  EXPECT_THAT(kinds_of_mails_to("verified@bank.test"), ElementsAre("activation", "activation"));
  EXPECT_THAT(kinds_of_mails_to("suspended@bank.test"), ElementsAre("activation"));
}

TEST_F(ActivationTest, AResendReachesOnlyWhoIsNotYetActive) {
  active("active@bank.test");
  invited("invited@bank.test");
  suspended("suspended@bank.test");
  test_.clock().advance(15min);
  for (const auto* address : {"active@bank.test", "invited@bank.test", "suspended@bank.test"}) {
    ASSERT_TRUE(done(activation_.resend(email(address), anonymous())));
  }
  EXPECT_EQ(newest_audit_record(), "link.send done user:invited@bank.test");
  EXPECT_THAT(kinds_of_mails_to("active@bank.test"), ElementsAre("activation"));
  EXPECT_THAT(kinds_of_mails_to("invited@bank.test"), ElementsAre("activation", "activation"));
  EXPECT_THAT(kinds_of_mails_to("suspended@bank.test"), ElementsAre("activation"));
}

TEST_F(ActivationTest, ARepeatWithin15MinutesOfAnUnusedLinkSendsNothing) {
  invited("asha@bank.test");
  test_.clock().advance(15min - 1ms);
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 1U);
  EXPECT_TRUE(done(activation_.verify(newest_token("asha@bank.test"), anonymous())));
  test_.clock().advance(1ms);
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 2U);
}

TEST_F(ActivationTest, ARepeatAfterTheLinkWasUsedSendsAtOnce) {
  active("asha@bank.test");
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  ASSERT_TRUE(done(activation_.set_password(newest_token("asha@bank.test"), other_password(), anonymous())));
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 3U);
}

TEST_F(ActivationTest, FiveLinksADayAreSentAndNoSixth) {
  invited("asha@bank.test");  // the first
  for (std::size_t sent = 2; sent <= 5; ++sent) {
    test_.clock().advance(15min);
    ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
    EXPECT_EQ(mails_sent("asha@bank.test"), sent);
  }
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 5U);
  test_.clock().advance(24h - 5 * 15min - 1ms);  // a day after the first, but for a millisecond
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 5U);
  test_.clock().advance(1ms);
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 6U);
}

TEST_F(ActivationTest, LinksOfBothPurposesCountAgainstTheFiveADay) {
  active("asha@bank.test");  // one activation link
  for (int i = 0; i < 5; ++i) {
    test_.clock().advance(15min);
    ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  }
  EXPECT_EQ(mails_sent("asha@bank.test"), 5U);
}

TEST_F(ActivationTest, AnEmailInAnotherCaseIsTheSameUser) {
  invited("asha@bank.test");
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.resend(email("Asha@BANK.test"), anonymous())));
  ASSERT_TRUE(done(activation_.resend(email("ASHA@bank.test"), anonymous())));
  EXPECT_EQ(mails_sent("asha@bank.test"), 2U);
}

TEST_F(ActivationTest, AnOperatorsResetOfAnAdminIsToldToTheActiveAdminsOfTheirEntities) {
  const auto bank = entity("FIP-BANK");
  const auto fund = entity("FIU-FUND");
  const auto asha = active("asha@bank.test");
  make_admin(asha, bank);
  make_admin(asha, fund);
  make_admin(active("ravi@bank.test"), bank);
  make_admin(invited("new@bank.test"), bank);
  make_admin(active("mira@fund.test"), fund);
  make_admin(active("other@else.test"), entity("AA-ELSE"));

  ASSERT_TRUE(done(activation_.request_password_reset(asha.email, by_operator())));
  const auto told = [&](std::string_view address) {
    return std::ranges::count(kinds_of_mails_to(address), "admin-password-reset");
  };
  EXPECT_EQ(told("asha@bank.test"), 2);
  EXPECT_EQ(told("ravi@bank.test"), 1);
  EXPECT_EQ(told("mira@fund.test"), 1);
  EXPECT_EQ(told("new@bank.test"), 0);
  EXPECT_EQ(told("other@else.test"), 0);

  ASSERT_TRUE(done(activation_.request_password_reset(asha.email, anonymous())));  // nothing is sent
  EXPECT_EQ(told("ravi@bank.test"), 1);
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.request_password_reset(asha.email, by_operator())));
  EXPECT_EQ(told("ravi@bank.test"), 2);
}

TEST_F(ActivationTest, AnOperatorsResetOfAnAdminWhoIsNotYetActiveIsToldAsWell) {
  const auto bank = entity("FIP-BANK");
  make_admin(active("ravi@bank.test"), bank);
  make_admin(invited("new@bank.test"), bank);
  const auto told = [&] { return std::ranges::count(kinds_of_mails_to("ravi@bank.test"), "admin-password-reset"); };
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.request_password_reset(email("new@bank.test"), by_operator())));
  EXPECT_THAT(kinds_of_mails_to("new@bank.test"), ElementsAre("activation", "activation"));
  EXPECT_EQ(told(), 1);
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.resend(email("new@bank.test"), command_line())));  // no reset
  EXPECT_EQ(told(), 1);
}

TEST_F(ActivationTest, AUsersOwnResetIsToldToNobodyElse) {
  const auto bank = entity("FIP-BANK");
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("ravi@bank.test"), bank);
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  EXPECT_EQ(kinds_of_mails_to("asha@bank.test").back(), "password-reset");
  EXPECT_EQ(std::ranges::count(kinds_of_mails_to("ravi@bank.test"), "admin-password-reset"), 0);
}

}  // namespace
}  // namespace dwarpal::core
