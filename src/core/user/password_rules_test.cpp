#include "core/user/password_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dwarpal::core {
namespace {

using namespace std::string_literals;

class PasswordRules : public ::testing::Test {
 protected:
  PasswordRules() {
    user_.email = Email::stored("priyadarshini.krishnamurthy@meadow-bank.test");
    user_.first_name = "Priyadarshini";
    user_.last_name = "Krishnamurthy";
    user_.mobile = "9845012345";
    policy_.network_name = "Vishwasaniya Setu";
  }

  /// The rule that was missed; empty if none was.
  [[nodiscard]] std::string missed(std::string_view password) const {
    const auto checked = check_password(Secret::copy_of(password), user_, policy_);
    if (checked) return {};
    EXPECT_EQ(checked.error().code, ErrorCode::InvalidInput);
    return checked.error().message;
  }

  User user_;
  Policy policy_;
};

TEST_F(PasswordRules, TakeALongUncommonPhrase) { EXPECT_EQ(missed("tangerine otter 91 march"), ""); }

TEST_F(PasswordRules, WantFifteenCharacters) {
  EXPECT_EQ(missed("xq7vTm2pLw9zKd"), "The password must have at least 15 characters");
  EXPECT_EQ(missed("xq7vTm2pLw9zKdr"), "");
}

TEST_F(PasswordRules, WantWhatTheNetworkSet) {
  policy_.password_minimum_length = 8;
  EXPECT_EQ(missed("xq7vTm2"), "The password must have at least 8 characters");
  EXPECT_EQ(missed("xq7vTm2p"), "");
}

TEST_F(PasswordRules, CountCharactersNotBytes) {
  const auto fourteen = "कखगघङचछजझञटठडढ"s;
  EXPECT_EQ(missed(fourteen), "The password must have at least 15 characters");
  EXPECT_EQ(missed(fourteen + "ण"), "");
}

TEST_F(PasswordRules, TakeAtMost1024Bytes) {
  std::string password = "tangerine otter 91 march";
  password.resize(1024, 'x');
  EXPECT_EQ(missed(password), "");
  EXPECT_EQ(missed(password + "x"), "The password must have at most 1024 bytes");
}

TEST_F(PasswordRules, RefuseANul) {
  EXPECT_EQ(missed("tangerine otter\0 91 march"s), "The password must not contain a NUL character");
}

TEST_F(PasswordRules, RefuseWhatIsNotUtf8) {
  EXPECT_EQ(missed("tangerine otter\xff 91 march"), "The password must be UTF-8 text");
}

TEST_F(PasswordRules, RefuseWhatIsCommon) {
  for (const auto* password : {"passwordpassword", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaaaaaaaaaaa",
                               "12345678901234567890", "abcdefghijklmnopqrstuvwxyz", "P@ssw0rdP@ssw0rd"}) {
    EXPECT_EQ(missed(password), "The password is too easy to guess") << password;
  }
}

TEST_F(PasswordRules, WantFortyBits) {
  EXPECT_EQ(missed("monkey orange orange5"), "The password is too easy to guess");  // 39.997
  EXPECT_EQ(missed("monkey winter coffee1"), "");                                   // 40.011
}

TEST_F(PasswordRules, RefuseWhatIsMadeOfTheUsersAndTheNetworksNames) {
  for (const auto* password :
       {"priyadarshini.krishnamurthy@meadow-bank.test", "PriyadarshiniKrishnamurthy", "priyadarshini9845012345",
        "Vishwasaniya Setu 1", "vishwasaniya-krishnamurthy", "Pr1yad@rsh1ni Kr1shn@murthy"}) {
    EXPECT_EQ(missed(password), "The password is too easy to guess") << password;
  }
}

TEST_F(PasswordRules, TakeANameThatBelongsToSomebodyElse) {
  user_.first_name = "Asha";
  user_.last_name = "Rao";
  user_.email = Email::stored("asha@bank.test");
  EXPECT_EQ(missed("PriyadarshiniKrishnamurthy"), "");
}

TEST_F(PasswordRules, NameTheRuleAndNeverThePassword) {
  EXPECT_EQ(missed("hunter2").find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace dwarpal::core
