#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/smtp_client.hpp"

namespace dwarpal::delivery {
namespace {

using Security = SmtpSettings::Security;

SmtpSettings working_settings() {
  return {.host = "mail.network.test",
          .username = "dwarpal",
          .password = Secret::copy_of("open sesame"),
          .from = "no-reply@network.test",
          .from_name = "Dwarpal",
          .ca_file = ""};
}

std::string refusal(SmtpSettings settings) {
  const auto client = SmtpClient::create(std::move(settings));
  if (client) return "accepted";
  EXPECT_EQ(client.error().code, ErrorCode::InvalidSetting);
  return client.error().message;
}

TEST(SmtpSettings, AreAcceptedWhenTheyCanWork) {
  EXPECT_EQ(refusal(working_settings()), "accepted");
  auto settings = working_settings();
  settings.host = "::1";
  settings.security = Security::Tls;
  EXPECT_EQ(refusal(std::move(settings)), "accepted");
}

TEST(SmtpSettings, MustNotSendALoginInClearText) {
  auto settings = working_settings();
  settings.security = Security::None;
  EXPECT_THAT(refusal(std::move(settings)), ::testing::StartsWith("smtp.password would be sent in clear text"));
  settings = working_settings();
  settings.security = Security::None;
  settings.username.clear();
  settings.password = Secret();
  EXPECT_EQ(refusal(std::move(settings)), "accepted");
}

TEST(SmtpSettings, NeedUserNameAndPasswordTogether) {
  auto settings = working_settings();
  settings.username.clear();
  EXPECT_THAT(refusal(std::move(settings)), ::testing::StartsWith("smtp.username"));
  settings = working_settings();
  settings.password = Secret();
  EXPECT_THAT(refusal(std::move(settings)), ::testing::StartsWith("smtp.username"));
}

TEST(SmtpSettings, NameTheOneThatCannotBeUsed) {
  for (const char* host : {"", "mail server", "mail/../x", "user@mail", "mail\r\n"}) {
    auto settings = working_settings();
    settings.host = host;
    EXPECT_THAT(refusal(std::move(settings)), ::testing::StartsWith("smtp.host")) << host;
  }
  auto settings = working_settings();
  settings.from = "no-reply";
  EXPECT_THAT(refusal(std::move(settings)), ::testing::StartsWith("smtp.from "));
  settings = working_settings();
  settings.from_name = "Dwarpal\r\nBcc: all@bank.test";
  EXPECT_THAT(refusal(std::move(settings)), ::testing::StartsWith("smtp.from_name"));
}

}  // namespace
}  // namespace dwarpal::delivery
