#include "delivery/outgoing_mail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dwarpal::delivery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

OutgoingMail a_mail() {
  return {.id = "6f9d3f0a-3f0e-4c57-9a53-1d8d3a0a4c11",
          .to = "asha@bank.test",
          .subject = "Activate your account",
          .date = instant_from_milliseconds(1'767'225'600'999),
          .text = {},
          .html = {}};
}

const Sender kSender{.address = "no-reply@network.test", .name = "Dwarpal"};

std::string subject_line(const std::string& subject) {
  OutgoingMail mail = a_mail();
  mail.subject = subject;
  const auto lines = header_lines(mail, kSender);
  if (!lines) return lines.error().message;
  for (const auto& line : *lines) {
    if (line.starts_with("Subject: ")) return line;
  }
  return "no subject";
}

TEST(OutgoingMail, HasTheHeaderOfAMailThatNobodyAnswers) {
  const auto lines = header_lines(a_mail(), kSender);
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines,
              ElementsAre("Date: Thu, 01 Jan 2026 00:00:00 +0000", "From: \"Dwarpal\" <no-reply@network.test>",
                          "To: <asha@bank.test>", "Message-ID: <6f9d3f0a-3f0e-4c57-9a53-1d8d3a0a4c11@network.test>",
                          "Subject: Activate your account", "Auto-Submitted: auto-generated"));
}

TEST(OutgoingMail, EncodesASubjectThatIsNotAscii) {
  EXPECT_EQ(subject_line("Tür 1"), "Subject: =?UTF-8?Q?T=C3=BCr_1?=");
}

TEST(OutgoingMail, SplitsNoCharacterBetweenTwoEncodedWords) {
  EXPECT_EQ(subject_line("द्वारपाल"),
            "Subject: =?UTF-8?Q?=E0=A4=A6=E0=A5=8D=E0=A4=B5=E0=A4=BE=E0=A4=B0?=\r\n"
            " =?UTF-8?Q?=E0=A4=AA=E0=A4=BE=E0=A4=B2?=");
}

TEST(OutgoingMail, EncodesASubjectThatWouldBeReadAsEncoded) {
  EXPECT_EQ(subject_line("=?UTF-8?Q?x?="), "Subject: =?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Fx=3F=3D?=");
}

TEST(OutgoingMail, FoldsASubjectThatIsTooLongForALine) {
  EXPECT_EQ(subject_line(std::string(64, 'a')), "Subject: " + std::string(64, 'a'));
  EXPECT_EQ(subject_line(std::string(65, 'a')),
            "Subject: =?UTF-8?Q?" + std::string(52, 'a') + "?=\r\n =?UTF-8?Q?" + std::string(13, 'a') + "?=");
}

TEST(OutgoingMail, QuotesTheSendersName) {
  const auto lines = header_lines(a_mail(), {.address = "a@b.test", .name = R"(The "Door", \ Ltd)"});
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, Contains(R"(From: "The \"Door\", \\ Ltd" <a@b.test>)"));
}

TEST(OutgoingMail, EncodesASendersNameThatIsNotAscii) {
  const auto lines = header_lines(a_mail(), {.address = "a@b.test", .name = "Tür"});
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, Contains("From: =?UTF-8?Q?T=C3=BCr?=\r\n <a@b.test>"));
}

TEST(OutgoingMail, ShowsTheBareAddressOfASenderWithoutAName) {
  const auto lines = header_lines(a_mail(), {.address = "a@b.test", .name = ""});
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, Contains("From: <a@b.test>"));
}

TEST(OutgoingMail, RefusesWhateverWouldBreakOutOfItsLine) {
  for (const char* breakout : {"\r\nBcc: all@bank.test", "\n", "\r", "\t", "\x7f", "\xff"}) {
    OutgoingMail mail = a_mail();
    mail.subject += breakout;
    EXPECT_FALSE(header_lines(mail, kSender));
    mail = a_mail();
    mail.to += breakout;
    EXPECT_FALSE(header_lines(mail, kSender));
    mail = a_mail();
    mail.id += breakout;
    EXPECT_FALSE(header_lines(mail, kSender));
    EXPECT_FALSE(header_lines(a_mail(), {.address = kSender.address, .name = std::string("Dwarpal") + breakout}));
    EXPECT_FALSE(header_lines(a_mail(), {.address = kSender.address + breakout, .name = ""}));
  }
  OutgoingMail mail = a_mail();
  mail.subject.push_back('\0');
  EXPECT_FALSE(header_lines(mail, kSender));
}

TEST(OutgoingMail, TellsAddressesFromOtherText) {
  EXPECT_TRUE(is_mail_address("asha.rao+iam@mail.bank.test"));
  EXPECT_TRUE(is_mail_address(std::string(252, 'a') + "@b"));
  EXPECT_FALSE(is_mail_address(std::string(253, 'a') + "@b"));
  for (const char* text :
       {"", "asha", "@bank.test", "asha@", "a@b@c", "a b@c", "a@b>", "<a@b", "a@b,c@d", "ä@b", "\"a\"@b"}) {
    EXPECT_FALSE(is_mail_address(text)) << text;
  }
}

}  // namespace
}  // namespace dwarpal::delivery
