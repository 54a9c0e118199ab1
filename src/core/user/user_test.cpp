#include "core/user/user.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace dwarpal::core {
namespace {

TEST(Email, IsKeptInLowerCase) { EXPECT_EQ(Email::parse("Asha.Rao@Bank.TEST")->text(), "asha.rao@bank.test"); }

TEST(Email, TakesWhatMailServersTake) {
  for (const auto* text :
       {"a@b.c", "asha+iam@meadow-bank.test", "o'brien@x.test", "a.b.c@1.2.test", "#!$%&*/=?^_`{|}~-@x.test"}) {
    EXPECT_TRUE(Email::parse(text)) << text;
  }
}

TEST(Email, RefusesWhatIsNoPlainAddressAndNamesTheField) {
  using namespace std::string_literals;
  for (const auto& text : {""s,
                           "@"s,
                           "asha"s,
                           "asha@"s,
                           "@bank.test"s,
                           "asha@bank"s,
                           "a@b@c.test"s,
                           "a b@c.test"s,
                           " a@c.test"s,
                           "a@c.test "s,
                           "a@c.test\r\nX: y"s,
                           "a\n@c.test"s,
                           R"("a"@c.test)"s,
                           "<a@c.test>"s,
                           "a,b@c.test"s,
                           "a;b@c.test"s,
                           "a@c.test."s,
                           "a@.c.test"s,
                           "a@c..test"s,
                           ".a@c.test"s,
                           "a.@c.test"s,
                           "a..b@c.test"s,
                           "a@-c.test"s,
                           "a@c-.test"s,
                           "a@c_d.test"s,
                           "a@[127.0.0.1]"s,
                           "\xc3\xa4@c.test"s,
                           "a@\xc3\xa4.test"s,
                           "a\0@c.test"s,
                           "a@c.test\0"s}) {
    const auto email = Email::parse(text);
    ASSERT_FALSE(email) << text;
    EXPECT_EQ(email.error().code, ErrorCode::InvalidInput);
    EXPECT_NE(email.error().message.find("email"), std::string::npos);
  }
}

TEST(Email, HasAtMost254Characters) {
  const auto local_part = std::string(64, 'a') + "@";
  const auto domain = std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(61, 'd');
  EXPECT_TRUE(Email::parse(local_part + domain));  // 254
  EXPECT_FALSE(Email::parse(local_part + domain + "d"));
}

TEST(Email, HasAtMost64CharactersBeforeTheAtAnd63BetweenDots) {
  EXPECT_TRUE(Email::parse(std::string(64, 'a') + "@bank.test"));
  EXPECT_FALSE(Email::parse(std::string(65, 'a') + "@bank.test"));
  EXPECT_TRUE(Email::parse("a@" + std::string(63, 'b') + ".test"));
  EXPECT_FALSE(Email::parse("a@" + std::string(64, 'b') + ".test"));
}

TEST(UserStatus, IsReadAsItIsWritten) {
  using enum UserStatus;
  for (const auto status : {Invited, Verified, Active, Suspended}) {
    EXPECT_EQ(parse_user_status(to_string(status)), status);
  }
  EXPECT_EQ(to_string(Invited), "INVITED");
  EXPECT_FALSE(parse_user_status("invited"));
  EXPECT_FALSE(parse_user_status(""));
}

TEST(User, LosesAllTokensByACutWhateverTheInstant) {
  using namespace std::chrono_literals;
  const Instant whole_second(1'767'225'600s);
  User user;
  user.cut_off_tokens(whole_second);
  EXPECT_EQ(user.credential_version, 2);
  EXPECT_EQ(user.tokens_not_before, whole_second + 1s);
  user.cut_off_tokens(whole_second + 999ms);
  EXPECT_EQ(user.credential_version, 3);
  EXPECT_EQ(user.tokens_not_before, whole_second + 2s);
  user.cut_off_tokens(whole_second + 5s + 1ms);
  EXPECT_EQ(user.tokens_not_before, whole_second + 6s);
}

}  // namespace
}  // namespace dwarpal::core
