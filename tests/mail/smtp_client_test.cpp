// The client against a real mail server.
#include "delivery/smtp_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mail/smtp_server.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::delivery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Security = SmtpSettings::Security;

constexpr std::string_view kText =
    "Namaste Aśa,\n\n.hidden dots stay\nhttps://network.test/console/activate#token=AbC-123_x=\n";
constexpr std::string_view kHtml =
    "<p>Namaste Aśa,</p>\n<p><a href=\"https://network.test/console/activate#token=AbC-123_x=\">द्वार</a></p>\n";

OutgoingMail a_mail() {
  return {.id = "6f9d3f0a-3f0e-4c57-9a53-1d8d3a0a4c11",
          .to = "asha@bank.test",
          .subject = "द्वारपाल: activate your account on the network",
          .date = instant_from_milliseconds(1'767'225'600'000),
          .text = Secret::copy_of(kText),
          .html = Secret::copy_of(kHtml)};
}

class SmtpClientTest : public ::testing::Test {
 protected:
  static SmtpSettings settings_for(std::uint16_t port, Security security = Security::None) {
    return {.host = security == Security::None ? "127.0.0.1" : "localhost",
            .port = port,
            .security = security,
            .username = "",
            .password = Secret(),
            .from = "no-reply@network.test",
            .from_name = "Dwarpal",
            .ca_file = ""};
  }

  /// With TLS, the login "dwarpal", and trust in the server's certificate.
  [[nodiscard]] SmtpSettings login_for(std::uint16_t port, Security security) const {
    SmtpSettings settings = settings_for(port, security);
    settings.username = "dwarpal";
    settings.password = Secret::copy_of("open sesame");
    settings.ca_file = certificate_.certificate;
    return settings;
  }

  [[nodiscard]] std::vector<std::string> server_with_login(const std::string& security) const {
    return {"--security", security,         "--certificate", certificate_.certificate,
            "--key",      certificate_.key, "--login",       "dwarpal:open sesame"};
  }

  static Result<> send(SmtpSettings settings) {
    const SmtpClient client = TRY(SmtpClient::create(std::move(settings)));
    return client.send(a_mail());
  }

  /// What becomes of a mail at a server that refuses at that step.
  Result<> send_to_server_that_answers(const std::string& answer, const std::string& step) const {
    const test::SmtpServer server(directory_.path(), {"--refuse", step, "--answer", answer});
    return send(settings_for(server.port()));
  }

  [[nodiscard]] std::vector<boost::json::value> taken() const { return test::mails_in(directory_.path()); }

  test::TemporaryDirectory directory_;
  test::Certificate certificate_ = test::make_certificate(directory_.path(), "localhost");
};

std::string text_at(const boost::json::value& mail, std::string_view pointer) {
  return std::string(mail.at_pointer(pointer).as_string());
}

TEST_F(SmtpClientTest, DeliversAMailThatReadsAsItWasWritten) {
  const test::SmtpServer server(directory_.path(), {});
  const auto sent = send(settings_for(server.port()));
  ASSERT_TRUE(sent) << sent.error().message;
  const auto mails = taken();
  ASSERT_THAT(mails, SizeIs(1));
  const auto& mail = mails.front();
  EXPECT_EQ(text_at(mail, "/mail_from"), "no-reply@network.test");
  EXPECT_EQ(mail.at("rcpt_tos"), boost::json::array{"asha@bank.test"});
  EXPECT_EQ(text_at(mail, "/headers/From"), "Dwarpal <no-reply@network.test>");
  EXPECT_EQ(text_at(mail, "/headers/To"), "asha@bank.test");
  EXPECT_EQ(text_at(mail, "/headers/Subject"), "द्वारपाल: activate your account on the network");
  EXPECT_EQ(text_at(mail, "/headers/Date"), "Thu, 01 Jan 2026 00:00:00 +0000");
  EXPECT_EQ(text_at(mail, "/headers/Message-ID"), "<6f9d3f0a-3f0e-4c57-9a53-1d8d3a0a4c11@network.test>");
  EXPECT_EQ(text_at(mail, "/headers/Auto-Submitted"), "auto-generated");
  EXPECT_EQ(text_at(mail, "/content_type"), "multipart/alternative");
  EXPECT_EQ(text_at(mail, "/parts/text~1plain"), kText);
  EXPECT_EQ(text_at(mail, "/parts/text~1html"), kHtml);
  EXPECT_THAT(mail.at("defects").as_array(), IsEmpty());
}

TEST_F(SmtpClientTest, KeepsLinesWithinWhatMailsMayHave) {
  const test::SmtpServer server(directory_.path(), {});
  const auto client = SmtpClient::create(settings_for(server.port()));
  ASSERT_TRUE(client);
  OutgoingMail mail = a_mail();
  mail.text = Secret(std::string(2'000, 'x'));
  mail.subject = std::string(2'000, 'y');
  ASSERT_TRUE(client->send(mail));
  ASSERT_THAT(taken(), SizeIs(1));
  EXPECT_EQ(text_at(taken().front(), "/parts/text~1plain"), std::string(2'000, 'x'));
  EXPECT_EQ(text_at(taken().front(), "/headers/Subject"), std::string(2'000, 'y'));
  EXPECT_LE(taken().front().at("longest_line").as_int64(), 998);  // RFC 5322 §2.1.1
}

TEST_F(SmtpClientTest, LogsInAfterStartTls) {
  const test::SmtpServer server(directory_.path(), server_with_login("starttls"));
  const auto sent = send(login_for(server.port(), Security::StartTls));
  ASSERT_TRUE(sent) << sent.error().message;
  ASSERT_THAT(taken(), SizeIs(1));
  EXPECT_EQ(text_at(taken().front(), "/login"), "dwarpal");
  EXPECT_TRUE(taken().front().at("tls").as_bool());
}

TEST_F(SmtpClientTest, LogsInOverTlsFromTheFirstByte) {
  const test::SmtpServer server(directory_.path(), server_with_login("tls"));
  const auto sent = send(login_for(server.port(), Security::Tls));
  ASSERT_TRUE(sent) << sent.error().message;
  ASSERT_THAT(taken(), SizeIs(1));
  EXPECT_EQ(text_at(taken().front(), "/login"), "dwarpal");
}

TEST_F(SmtpClientTest, MayTryAgainAfterAWrongPassword) {
  const test::SmtpServer server(directory_.path(), server_with_login("starttls"));
  SmtpSettings settings = login_for(server.port(), Security::StartTls);
  settings.password = Secret::copy_of("open barley");
  const auto sent = send(std::move(settings));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(sent.error().message, AllOf(StartsWith("the mail server answered 535 5.7.8"), Not(HasSubstr("barley"))));
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(SmtpClientTest, MayTryAgainWhereALoginIsMissing) {
  const test::SmtpServer server(directory_.path(), server_with_login("starttls"));
  SmtpSettings settings = settings_for(server.port(), Security::StartTls);
  settings.ca_file = certificate_.certificate;
  const auto sent = send(std::move(settings));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(sent.error().message, StartsWith("the mail server answered 530"));
}

TEST_F(SmtpClientTest, RefusesACertificateThatNobodyVouchesFor) {
  for (const auto& [name, security] : {std::pair("starttls", Security::StartTls), std::pair("tls", Security::Tls)}) {
    const test::SmtpServer server(directory_.path(), server_with_login(name));
    SmtpSettings settings = login_for(server.port(), security);
    settings.ca_file.clear();
    const auto sent = send(std::move(settings));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(sent.error().message, HasSubstr("certificate"));
  }
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(SmtpClientTest, RefusesACertificateOfAnotherHost) {
  certificate_ = test::make_certificate(directory_.path(), "elsewhere.test");
  const test::SmtpServer server(directory_.path(), server_with_login("starttls"));
  const auto sent = send(login_for(server.port(), Security::StartTls));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(sent.error().message, HasSubstr("certificate"));
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(SmtpClientTest, SendsNothingInClearTextToAServerWithoutStartTls) {
  const test::SmtpServer server(directory_.path(), {});
  const auto sent = send(login_for(server.port(), Security::StartTls));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(SmtpClientTest, GivesUpOnAnAnswerOf5xxToTheMailAlone) {
  for (const char* step : {"mail", "rcpt", "data"}) {
    const auto refused = send_to_server_that_answers("550 5.1.1 <asha@bank.test> is unknown", step);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidInput) << step;
    EXPECT_EQ(send_to_server_that_answers("500 no", step).error().code, ErrorCode::InvalidInput) << step;
    EXPECT_EQ(send_to_server_that_answers("499 not yet", step).error().code, ErrorCode::Unavailable) << step;
    EXPECT_EQ(send_to_server_that_answers("451 4.7.1 greylisted", step).error().code, ErrorCode::Unavailable) << step;
  }
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(SmtpClientTest, TellsTheServersCodesButNotItsWords) {
  EXPECT_EQ(send_to_server_that_answers("550 5.1.1 <asha@bank.test> is unknown", "rcpt").error().message,
            "the mail server answered 550 5.1.1 (RCPT failed: 550)");
  EXPECT_EQ(send_to_server_that_answers("550 5.1.1234 asha@bank.test", "rcpt").error().message,
            "the mail server answered 550 (RCPT failed: 550)");
  EXPECT_THAT(send_to_server_that_answers("554 5.7.1 Your text: Namaste", "data").error().message,
              AllOf(StartsWith("the mail server answered 554 5.7.1"), Not(HasSubstr("Namaste"))));
}

TEST_F(SmtpClientTest, MayTryAgainWhenNobodyListens) {
  const test::ReservedPort port;
  const auto sent = send(settings_for(port.number()));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
}

TEST_F(SmtpClientTest, MayTryAgainWhenTheServerIsSilentForTooLong) {
  const test::ReservedPort port;
  port.listen();
  SmtpSettings settings = settings_for(port.number());
  settings.timeout = std::chrono::milliseconds(50);
  const auto sent = send(std::move(settings));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
}

TEST_F(SmtpClientTest, EndsWhenItIsAskedToStop) {
  const test::ReservedPort port;
  port.listen();
  const auto client = SmtpClient::create(settings_for(port.number()));
  ASSERT_TRUE(client);
  const std::stop_source stop;
  stop.request_stop();
  const auto sent = client->send(a_mail(), stop.get_token());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(sent.error().message, HasSubstr("abort"));
}

}  // namespace
}  // namespace dwarpal::delivery
