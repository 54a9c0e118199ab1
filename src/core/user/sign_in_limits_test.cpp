// Limits on guessing passwords.
#include "core/user/user_tokens_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;

TEST_F(UserTokensTest, FromTheTenthFailureInARowOneHasToWait) {
  active("asha@bank.test");
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(is_refused("asha@bank.test", "wrong"));
  EXPECT_TRUE(is_refused("asha@bank.test", "wrong"));  // the tenth
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "203.0.113.7", 1s));
  test_.clock().advance(999ms);
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "203.0.113.7", 1s));
  test_.clock().advance(1ms);
  EXPECT_TRUE(is_refused("asha@bank.test", "wrong"));
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "203.0.113.7", 2s));
  test_.clock().advance(2s);
  EXPECT_TRUE(done(sign_in("asha@bank.test")));
}

TEST_F(UserTokensTest, WhoHasToWaitLeavesNoRecordAndTheFailureBeforeTellsHowLong) {
  active("asha@bank.test");
  for (const std::string name : {"asha@bank.test", "mistyped@bank.test"}) {
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_refused(name, "wrong"));
    const auto records = sink_.events.size();
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(is_put_off(name, "wrong", "203.0.113.7", 1s));
    EXPECT_EQ(sink_.events.size(), records);
    const auto newest = boost::json::parse(sink_.events.back().event).as_object();
    EXPECT_EQ(newest.at("details"), (boost::json::object{{"waitSeconds", 1}}));
    EXPECT_FALSE(boost::json::parse(sink_.events[records - 2].event).as_object().contains("details"));
  }
}

TEST_F(UserTokensTest, AnotherAddressOfTheSameIpv6NetworkIsNoWayAroundTheLimit) {
  active("asha@bank.test");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_refused("asha@bank.test", "wrong", "2001:db8::" + std::to_string(i)));
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "2001:db8::abcd", 1s));
  EXPECT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "2001:db8:0:1::1")));
}

TEST_F(UserTokensTest, AnEverydayAddressIsNotForgottenFor64NewerOnes) {
  active("asha@bank.test");
  for (int day = 0; day < 70; ++day) {
    ASSERT_TRUE(done(sign_in("asha@bank.test")));
    ASSERT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "198.51.100." + std::to_string(day))));
    test_.clock().advance(24h);
  }
  fail_from_anywhere("asha@bank.test", 100);
  EXPECT_TRUE(done(sign_in("asha@bank.test")));
}

TEST_F(UserTokensTest, AnAddressIsWrittenDownOnceADay) {
  active("asha@bank.test");
  ASSERT_TRUE(done(sign_in("asha@bank.test")));
  const auto written = test_.store().newest_commit();
  test_.clock().advance(24h - 1ms);
  ASSERT_TRUE(done(sign_in("asha@bank.test")));
  EXPECT_EQ(test_.store().newest_commit(), written);
  test_.clock().advance(1ms);
  ASSERT_TRUE(done(sign_in("asha@bank.test")));
  EXPECT_EQ(test_.store().newest_commit(), test_.clock().now());
}

TEST_F(UserTokensTest, NineFailuresCostNothingAndASuccessEndsTheRow) {
  active("asha@bank.test");
  for (int rounds = 0; rounds < 2; ++rounds) {
    for (int i = 0; i < 9; ++i) EXPECT_TRUE(is_refused("asha@bank.test", "wrong"));
    EXPECT_TRUE(done(sign_in("asha@bank.test")));
  }
}

TEST_F(UserTokensTest, OneAddressDoesNotHoldUpAnother) {
  active("asha@bank.test");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_refused("asha@bank.test", "wrong", "198.51.100.1"));
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "198.51.100.1", 1s));
  EXPECT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "198.51.100.2")));
}

TEST_F(UserTokensTest, OneNameDoesNotHoldUpAnother) {
  active("asha@bank.test");
  active("ravi@bank.test");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_refused("asha@bank.test", "wrong"));
  EXPECT_TRUE(done(sign_in("ravi@bank.test")));
}

TEST_F(UserTokensTest, AnotherSpellingOfTheEmailIsNoWayAroundTheLimit) {
  active("asha@bank.test");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_refused(i % 2 == 0 ? "ASHA@bank.test" : "asha@BANK.test", "wrong"));
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "203.0.113.7", 1s));
}

TEST_F(UserTokensTest, UnknownNamesArePutOffLikeKnownOnes) {
  active("asha@bank.test");
  invited("new@bank.test");
  for (const auto* name : {"asha@bank.test", "new@bank.test", "mistyped@bank.test", "no email"}) {
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_refused(name, "wrong")) << name;
    EXPECT_TRUE(is_put_off(name, "wrong", "203.0.113.7", 1s)) << name;
  }
}

TEST_F(UserTokensTest, AHundredFailuresFromAnywhereSlowEveryNewAddress) {
  active("asha@bank.test");
  ASSERT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "203.0.113.7")));
  fail_from_anywhere("asha@bank.test", 100);
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "192.0.2.1", 1s));
  // Where the user has signed in before, strangers cannot lock them out.
  EXPECT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "203.0.113.7")));
  EXPECT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "192.0.2.1")));  // the row has ended
}

TEST_F(UserTokensTest, NinetyNineFailuresFromAnywhereSlowNobody) {
  active("asha@bank.test");
  fail_from_anywhere("asha@bank.test", 99);
  EXPECT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "192.0.2.1")));
}

TEST_F(UserTokensTest, AHundredFailuresOfAnUnknownNameSlowItLikeAKnownOne) {
  fail_from_anywhere("mistyped@bank.test", 100);
  EXPECT_TRUE(is_put_off("mistyped@bank.test", "wrong", "192.0.2.1", 1s));
}

TEST_F(UserTokensTest, AnAddressIsKnownForTheUserWhoSignedInFromItOnly) {
  active("asha@bank.test");
  active("ravi@bank.test");
  ASSERT_TRUE(done(sign_in("ravi@bank.test", test::kGoodPassword, "192.0.2.1")));
  fail_from_anywhere("asha@bank.test", 100);
  EXPECT_TRUE(is_put_off("asha@bank.test", test::kGoodPassword, "192.0.2.1", 1s));
}

TEST_F(UserTokensTest, TheStoreHoldsNoClientAddressInTheClear) {
  active("asha@bank.test");
  ASSERT_TRUE(done(sign_in("asha@bank.test", test::kGoodPassword, "192.0.2.123")));
  EXPECT_FALSE(store_holds("192.0.2.123"));
  EXPECT_FALSE(store_holds(test::kGoodPassword));
}

}  // namespace
}  // namespace dwarpal::core
