#include "core/mail/letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dwarpal::core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

User asha() {
  User user;
  user.email = Email::stored("asha@bank.test");
  user.first_name = "Asha";
  user.last_name = "Rao";
  return user;
}

Entity bank() {
  Entity entity;
  entity.id = EntityId("FIP-BANK");
  entity.name = "Meadow Bank";
  return entity;
}

Policy network() {
  Policy policy;
  policy.network_name = "Setu";
  policy.public_base_url = "https://iam.setu.test";
  return policy;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Letters, OfActivationHoldLinkCodeAndHowLongTheyAreGood) {
  const auto letter = activation_letter(asha(), network());
  EXPECT_EQ(letter.kind, "activation");
  EXPECT_EQ(letter.subject, "Activate your account on Setu");
  for (const auto& body : {letter.text, letter.html}) {
    EXPECT_THAT(body, HasSubstr("Hello Asha,"));
    EXPECT_THAT(body, HasSubstr("{link}"));
    EXPECT_THAT(body, HasSubstr("https://iam.setu.test/console/activate"));
    EXPECT_THAT(body, HasSubstr("{token}"));
    EXPECT_THAT(body, HasSubstr("within 72 hours"));
    EXPECT_THAT(body, HasSubstr("did not expect"));
  }
  EXPECT_THAT(letter.html, HasSubstr(R"(<a href="{link}">{link}</a>)"));
}

TEST(Letters, OfAPasswordLeadToTheirOwnPage) {
  const auto letter = password_reset_letter(asha(), network());
  EXPECT_EQ(letter.kind, "password-reset");
  EXPECT_THAT(letter.text, HasSubstr("https://iam.setu.test/console/reset-password"));
  EXPECT_THAT(letter.text, HasSubstr("within 1 hour."));
}

TEST(Letters, TellAValidityThatIsNoWholeHoursInMinutes) {
  auto policy = network();
  policy.password_link_lifetime = 90min;
  EXPECT_THAT(password_reset_letter(asha(), policy).text, HasSubstr("within 90 minutes."));
}

TEST(Letters, GreetSomebodyWithoutAName) {
  auto user = asha();
  user.first_name.clear();
  EXPECT_TRUE(activation_letter(user, network()).text.starts_with("Hello,\n"));
}

TEST(Letters, ToAdminsNameTheMemberAndTheUser) {
  for (const auto& letter :
       {admin_added_letter(bank(), asha(), network()), admin_removed_letter(bank(), asha(), network()),
        admin_password_reset_letter(bank(), asha(), network()), last_admin_lost_letter(bank(), asha(), network())}) {
    EXPECT_THAT(letter.subject, HasSubstr("FIP-BANK"));
    EXPECT_THAT(letter.subject, HasSubstr("Setu"));
    EXPECT_THAT(letter.text, HasSubstr("Asha Rao (asha@bank.test)"));
    EXPECT_THAT(letter.text, HasSubstr("Meadow Bank (FIP-BANK)"));
    EXPECT_THAT(letter.text, Not(HasSubstr("{")));
  }
}

TEST(Letters, ShowMarkupInNamesAsText) {
  auto user = asha();
  user.first_name = R"(<img src="x" onerror='y'>&)";
  const auto letter = activation_letter(user, network());
  EXPECT_THAT(letter.html, HasSubstr("Hello &lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;,"));
  EXPECT_THAT(letter.html, Not(HasSubstr("<img")));
}

TEST(Letters, LetNoNameStartAParagraphOrStandForTheLink) {
  auto user = asha();
  user.first_name = "Asha\r\n\r\nVisit {link} and {token}";
  const auto plain = activation_letter(asha(), network());
  const auto letter = activation_letter(user, network());
  EXPECT_EQ(count(letter.text, "\n"), count(plain.text, "\n"));
  EXPECT_EQ(count(letter.text, "{link}"), 1U);
  EXPECT_EQ(count(letter.text, "{token}"), 1U);
  EXPECT_EQ(count(letter.html, "{token}"), 1U);
}

TEST(Letters, HaveSubjectsOfOneLine) {
  auto policy = network();
  policy.network_name = "Setu\r\nBcc: mallory@evil.test";
  auto entity = bank();
  entity.id = EntityId("FIP\r\nX");
  for (const auto& letter : {activation_letter(asha(), policy), admin_added_letter(entity, asha(), policy)}) {
    EXPECT_EQ(letter.subject.find_first_of("\r\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace dwarpal::core
