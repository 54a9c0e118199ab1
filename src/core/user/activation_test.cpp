#include <thread>

#include "core/user/activation_fixture.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;
using ::testing::StartsWith;

// Links of activation

TEST_F(ActivationTest, VerifyingConfirmsTheAddressAndLeavesTheLinkGood) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  for (int times = 0; times < 2; ++times) {
    const auto verified = activation_.verify(token, anonymous());
    ASSERT_TRUE(done(verified));
    EXPECT_EQ(verified->email, email("asha@bank.test"));
    EXPECT_EQ(verified->purpose, LinkPurpose::Activation);
    EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Verified);
    EXPECT_EQ(newest_audit_record(), "link.verify done user:asha@bank.test");
  }
  EXPECT_TRUE(done(activation_.set_password(token, good_password(), anonymous())));
}

TEST_F(ActivationTest, SettingAPasswordMakesTheUserActiveWithoutVerifyingBefore) {
  const auto before = invited("asha@bank.test");
  test_.clock().advance(1h);
  ASSERT_TRUE(done(activation_.set_password(newest_token("asha@bank.test"), good_password(), anonymous())));
  const auto after = *find("asha@bank.test");
  EXPECT_EQ(after.status, UserStatus::Active);
  EXPECT_TRUE(has_password("asha@bank.test", test::kGoodPassword));
  EXPECT_EQ(after.password_set_at, test_.clock().now());
  EXPECT_EQ(after.credential_version, before.credential_version + 1);
  EXPECT_EQ(newest_audit_record(), "password.set done user:asha@bank.test");
}

TEST_F(ActivationTest, ALinkIsGoodForOnePassword) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  ASSERT_TRUE(done(activation_.set_password(token, good_password(), anonymous())));
  EXPECT_TRUE(is_bad_link(token));
  EXPECT_TRUE(has_password("asha@bank.test", test::kGoodPassword));
}

TEST_F(ActivationTest, OfTwoWhoUseALinkAtOnceOneSetsThePassword) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  Result<> first;
  Result<> second;
  std::thread other([&] { first = activation_.set_password(token, other_password(), anonymous()); });
  second = activation_.set_password(token, good_password(), anonymous());
  other.join();
  EXPECT_NE(first.has_value(), second.has_value());
  EXPECT_TRUE(has_password("asha@bank.test", first ? test::kOtherPassword : test::kGoodPassword));
}

TEST_F(ActivationTest, UsingALinkEndsTheOthersOfThatUserAndPurpose) {
  invited("asha@bank.test");
  invited("ravi@bank.test");
  const auto older = newest_token("asha@bank.test");
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  ASSERT_TRUE(done(activation_.set_password(newest_token("asha@bank.test"), good_password(), anonymous())));
  EXPECT_TRUE(is_bad_link(older));
  EXPECT_TRUE(done(activation_.verify(newest_token("ravi@bank.test"), anonymous())));
}

TEST_F(ActivationTest, AnOlderLinkStaysGoodBesideANewerOne) {
  invited("asha@bank.test");
  const auto older = newest_token("asha@bank.test");
  test_.clock().advance(15min);
  ASSERT_TRUE(done(activation_.resend(email("asha@bank.test"), anonymous())));
  EXPECT_TRUE(done(activation_.set_password(older, good_password(), anonymous())));
}

TEST_F(ActivationTest, AnActivationLinkLasts72Hours) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  test_.clock().advance(72h - 1ms);
  EXPECT_TRUE(done(activation_.verify(token, anonymous())));
  test_.clock().advance(1ms);
  EXPECT_TRUE(is_bad_link(token));
}

TEST_F(ActivationTest, APasswordLinkLastsOneHour) {
  active("asha@bank.test");
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  const auto token = newest_token("asha@bank.test");
  test_.clock().advance(1h - 1ms);
  EXPECT_TRUE(done(activation_.verify(token, anonymous())));
  test_.clock().advance(1ms);
  EXPECT_TRUE(is_bad_link(token));
}

TEST_F(ActivationTest, RefusesATokenThatWasAltered) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  const std::string text(token.expose());
  for (std::size_t at = 0; at < text.size(); at += 7) {
    auto altered = text;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(is_bad_link(Secret(std::move(altered)))) << at;
  }
  EXPECT_TRUE(is_bad_link(Secret()));
  EXPECT_TRUE(is_bad_link(Secret(text + " ")));
  EXPECT_TRUE(is_bad_link(Secret(text.substr(1))));
  EXPECT_EQ(newest_audit_record(), std::string("link.refuse refused: ") + kBadLink);
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Invited);
}

TEST_F(ActivationTest, WhoTriesBadLinksWithoutEndHasToWaitWhileAGoodOneIsTaken) {
  invited("asha@bank.test");
  const auto good = newest_token("asha@bank.test");
  const auto bad = [&] { return activation_.verify(Secret::copy_of("no such link"), anonymous()); };
  for (int i = 0; i < 99; ++i) EXPECT_TRUE(refused(bad(), ErrorCode::InvalidInput, kBadLink));
  EXPECT_EQ(newest_audit_record(), "link.refuse refused: The link is invalid, used or expired");
  EXPECT_FALSE(audit_records().back().contains("details"));
  EXPECT_TRUE(refused(bad(), ErrorCode::InvalidInput, kBadLink));
  EXPECT_EQ(audit_records().back().at("details"), (boost::json::object{{"waitSeconds", 1}}));

  const auto records = audit_records().size();
  for (int i = 0; i < 50; ++i) {
    const auto put_off = bad();
    EXPECT_TRUE(refused(put_off, ErrorCode::TooManyRequests, "Too many attempts"));
    EXPECT_EQ(put_off.error().retry_after, 1s);
    EXPECT_TRUE(refused(activation_.set_password(Secret::copy_of("nor this"), good_password(), anonymous()),
                        ErrorCode::TooManyRequests, "Too many attempts"));
  }
  EXPECT_EQ(audit_records().size(), records);
  EXPECT_TRUE(refused(activation_.verify(Secret::copy_of("no such link"), anonymous("203.0.113.8")),
                      ErrorCode::InvalidInput, kBadLink));
  EXPECT_TRUE(done(activation_.verify(good, anonymous())));
  EXPECT_TRUE(done(activation_.set_password(good, good_password(), anonymous())));
  test_.clock().advance(1s);
  EXPECT_TRUE(refused(bad(), ErrorCode::InvalidInput, kBadLink));
}

TEST_F(ActivationTest, RefusesTheHashThatTheStoreHolds) {
  invited("asha@bank.test");
  const auto hash = crypto::sha256(newest_token("asha@bank.test").expose());
  EXPECT_TRUE(is_bad_link(Secret(crypto::base64url_encode(std::span(hash)))));
  EXPECT_TRUE(is_bad_link(Secret(crypto::hex(hash))));
}

TEST_F(ActivationTest, SuspensionEndsALinkForGood) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  ASSERT_TRUE(done(accounts_.suspend(email("asha@bank.test"), "left", by_operator())));
  EXPECT_TRUE(is_bad_link(token));
  ASSERT_TRUE(done(accounts_.resume(email("asha@bank.test"), by_operator())));
  EXPECT_TRUE(is_bad_link(token));
}

TEST_F(ActivationTest, RefusesALinkOfASuspendedUserThatIsStillOpen) {
  const auto user = suspended("asha@bank.test");
  const Link open{.token_hash = crypto::sha256("token"),
                  .user = user.uuid,
                  .purpose = LinkPurpose::PasswordReset,
                  .created_at = test_.clock().now(),
                  .expires_at = test_.clock().now() + 1h};
  write([&](Transaction& transaction) { return transaction.links().insert(open); });
  EXPECT_TRUE(is_bad_link(Secret::copy_of("token")));
  EXPECT_EQ(newest_audit_record(), std::string("link.refuse refused user:asha@bank.test: ") + kBadLink);
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Suspended);
}

TEST_F(ActivationTest, APasswordThatBreaksARuleCostsNoLink) {
  invited("asha@bank.test");
  const auto token = newest_token("asha@bank.test");
  const auto* const rule = "The password must have at least 15 characters";
  EXPECT_TRUE(
      refused(activation_.set_password(token, Secret::copy_of("short"), anonymous()), ErrorCode::InvalidInput, rule));
  EXPECT_EQ(newest_audit_record(), std::string("password.refuse refused user:asha@bank.test: ") + rule);
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Invited);
  EXPECT_TRUE(done(activation_.set_password(token, good_password(), anonymous())));
}

TEST_F(ActivationTest, APasswordLinkChangesItsOwnUserOnly) {
  active("asha@bank.test");
  invited("ravi@bank.test");
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  ASSERT_TRUE(done(activation_.set_password(newest_token("asha@bank.test"), other_password(), anonymous())));
  EXPECT_TRUE(has_password("asha@bank.test", test::kOtherPassword));
  EXPECT_EQ(find("ravi@bank.test")->status, UserStatus::Invited);
  EXPECT_EQ(find("ravi@bank.test")->password_hash, "");
}

TEST_F(ActivationTest, APasswordByALinkRaisesTheCredentialVersion) {
  const auto before = active("asha@bank.test").credential_version;
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  ASSERT_TRUE(done(activation_.set_password(newest_token("asha@bank.test"), other_password(), anonymous())));
  EXPECT_EQ(find("asha@bank.test")->credential_version, before + 1);
}

TEST_F(ActivationTest, TheMailLinksToThePageOfItsPurposeWith256RandomBits) {
  active("asha@bank.test");
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  const auto mails = mails_to("asha@bank.test");
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_FALSE(mails[0].link);  // was used
  ASSERT_TRUE(mails[1].link);
  EXPECT_THAT(std::string(mails[1].link->expose()), StartsWith("https://iam.setu.test/console/reset-password#token="));
  EXPECT_EQ(crypto::base64url_decode(newest_token("asha@bank.test").expose())->size(), 32U);
  invited("ravi@bank.test");
  EXPECT_THAT(std::string(mails_to("ravi@bank.test")[0].link->expose()),
              StartsWith("https://iam.setu.test/console/activate#token="));
}

// A clock that was set back

TEST_F(ActivationTest, DecidesNothingWhileTheClockIsMoreThanAMinuteBehind) {
  active("asha@bank.test");
  invited("ravi@bank.test");
  const auto token = newest_token("ravi@bank.test");
  const auto self = by_self("asha@bank.test");
  test_.clock().advance(-60s - 1ms);
  const auto unavailable = [](const auto& result) { return !result && result.error().code == ErrorCode::Unavailable; };
  EXPECT_TRUE(unavailable(activation_.verify(token, anonymous())));
  EXPECT_TRUE(unavailable(activation_.set_password(token, good_password(), anonymous())));
  EXPECT_TRUE(unavailable(activation_.change_password(good_password(), other_password(), self)));
  EXPECT_TRUE(unavailable(activation_.resend(email("ravi@bank.test"), anonymous())));
  EXPECT_TRUE(unavailable(activation_.request_password_reset(email("nobody@bank.test"), anonymous())));
  test_.clock().advance(1ms);
  EXPECT_TRUE(done(activation_.set_password(token, good_password(), anonymous())));
}

// Change of one's own password

TEST_F(ActivationTest, AChangeNeedsTheOldPassword) {
  const auto before = active("asha@bank.test");
  EXPECT_TRUE(refused(activation_.change_password(other_password(), other_password(), by_self("asha@bank.test")),
                      ErrorCode::Unauthorized, "The old password is wrong"));
  EXPECT_EQ(newest_audit_record(), "password.refuse refused user:asha@bank.test: The old password is wrong");
  EXPECT_EQ(find("asha@bank.test")->password_hash, before.password_hash);

  test_.clock().advance(1h);
  ASSERT_TRUE(done(activation_.change_password(good_password(), other_password(), by_self("asha@bank.test"))));
  EXPECT_EQ(newest_audit_record(), "password.change done user:asha@bank.test");
  EXPECT_TRUE(has_password("asha@bank.test", test::kOtherPassword));
  EXPECT_EQ(find("asha@bank.test")->credential_version, before.credential_version + 1);
  EXPECT_EQ(find("asha@bank.test")->password_set_at, test_.clock().now());
}

TEST_F(ActivationTest, AChangeKeepsTheRules) {
  active("asha@bank.test");
  EXPECT_TRUE(refused(
      activation_.change_password(good_password(), Secret::copy_of("asha@bank.test!"), by_self("asha@bank.test")),
      ErrorCode::InvalidInput, "The password is too easy to guess"));
  EXPECT_TRUE(has_password("asha@bank.test", test::kGoodPassword));
}

TEST_F(ActivationTest, AChangeEndsOpenLinks) {
  active("asha@bank.test");
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  const auto token = newest_token("asha@bank.test");
  ASSERT_TRUE(done(activation_.change_password(good_password(), other_password(), by_self("asha@bank.test"))));
  EXPECT_TRUE(is_bad_link(token));
}

TEST_F(ActivationTest, AChangeIsPutOffAfterTenWrongOldPasswords) {
  active("asha@bank.test");
  const auto self = by_self("asha@bank.test");
  for (int i = 0; i < 9; ++i) {
    EXPECT_TRUE(refused(activation_.change_password(other_password(), other_password(), self), ErrorCode::Unauthorized,
                        "The old password is wrong"));
  }
  // The tenth is still looked at; after it the right one has to wait as well.
  EXPECT_TRUE(refused(activation_.change_password(other_password(), other_password(), self), ErrorCode::Unauthorized,
                      "The old password is wrong"));
  const auto put_off = activation_.change_password(good_password(), other_password(), self);
  EXPECT_TRUE(refused(put_off, ErrorCode::TooManyRequests, "Too many attempts"));
  EXPECT_EQ(put_off.error().retry_after, 1s);
  // Who has to wait leaves no record: the one before tells how long.
  EXPECT_EQ(newest_audit_record(), "password.refuse refused user:asha@bank.test: The old password is wrong");
  EXPECT_EQ(audit_records().back().at("details"), (boost::json::object{{"waitSeconds", 1}}));
  test_.clock().advance(1s);
  EXPECT_TRUE(done(activation_.change_password(good_password(), other_password(), self)));
}

// What must not be found in the store

TEST_F(ActivationTest, TheStoreHoldsNeitherTokensNorPasswords) {
  invited("asha@bank.test");
  const auto first = newest_token("asha@bank.test");
  ASSERT_TRUE(done(activation_.verify(first, anonymous())));
  ASSERT_FALSE(activation_.set_password(first, Secret::copy_of("secret asha 1"), anonymous()));
  EXPECT_FALSE(store_holds(first.expose()));
  ASSERT_TRUE(done(activation_.set_password(first, good_password(), anonymous())));
  ASSERT_TRUE(done(activation_.request_password_reset(email("asha@bank.test"), anonymous())));
  const auto second = newest_token("asha@bank.test");
  ASSERT_FALSE(activation_.change_password(Secret::copy_of("mistaken old password"), other_password(),
                                           by_self("asha@bank.test")));
  ASSERT_TRUE(done(activation_.change_password(good_password(), other_password(), by_self("asha@bank.test"))));

  EXPECT_TRUE(store_holds("asha@bank.test"));
  for (const auto text : {first.expose(), second.expose(), test::kGoodPassword, test::kOtherPassword,
                          std::string_view("secret asha 1"), std::string_view("mistaken old password")}) {
    EXPECT_FALSE(store_holds(text)) << text;
  }
}

}  // namespace
}  // namespace dwarpal::core
