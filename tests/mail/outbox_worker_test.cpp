// The way of a mail: from what caused it, through a real store, to a real mail server.
#include "delivery/outbox_worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "core/mail/retry_schedule.hpp"
#include "mail/smtp_server.hpp"
#include "support/temporary_directory.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::delivery {
namespace {

using core::MailState;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr std::string_view kAsha = "asha.rao@bank.test";

class OutboxWorkerTest : public test::UserFixture {
 protected:
  static SmtpSettings settings_for(std::uint16_t port) {
    return {.host = "127.0.0.1",
            .port = port,
            .security = SmtpSettings::Security::None,
            .username = "",
            .password = Secret(),
            .from = "no-reply@network.test",
            .from_name = "Dwarpal",
            .ca_file = ""};
  }

  /// One pass; how many mails it delivered.
  std::size_t pass(SmtpSettings settings, const std::stop_token& stop = {}, LogLevel level = LogLevel::Error) {
    Log log(level, LogFormat::Text);
    const auto smtp = SmtpClient::create(std::move(settings));
    if (!smtp) throw std::runtime_error(smtp.error().message);
    const auto delivered = OutboxWorker(test_.store(), mailer_, *smtp, decision_clock_, log).deliver_due(stop);
    EXPECT_TRUE(test::done(delivered));
    return delivered.value_or(0);
  }
  std::size_t pass(std::uint16_t port) { return pass(settings_for(port)); }

  core::Mail mail_to(std::string_view address) { return std::move(mails_to(address).back().mail); }
  std::vector<boost::json::value> taken() const { return test::mails_in(arrived_.path()); }

  test::TemporaryDirectory arrived_;
};

TEST_F(OutboxWorkerTest, DeliversALinkOnceAndErasesIt) {
  invited(kAsha);
  const std::string token(newest_token(kAsha).expose());
  const test::SmtpServer server(arrived_.path(), {});
  EXPECT_EQ(pass(server.port()), 1U);
  const auto mails = taken();
  ASSERT_THAT(mails, SizeIs(1));
  for (const auto& [type, part] : mails.front().at("parts").as_object()) {
    EXPECT_THAT(std::string(part.as_string()), HasSubstr(token)) << std::string(type);
  }
  const core::Mail mail = mail_to(kAsha);
  EXPECT_EQ(mail.state, MailState::Delivered);
  EXPECT_EQ(mail.delivered_at, test_.clock().now());
  EXPECT_EQ(mail.attempts, 1);
  EXPECT_EQ(mail.last_error, "");
  EXPECT_FALSE(mail.link);

  EXPECT_EQ(pass(server.port()), 0U);
  test_.clock().advance(48h);
  EXPECT_EQ(pass(server.port()), 0U);
  EXPECT_THAT(taken(), SizeIs(1));
}

TEST_F(OutboxWorkerTest, DeliversEachMailOnceWhenTheServerIsBack) {
  const std::vector<std::string> addresses = {"asha@bank.test", "bina@bank.test", "chetan@bank.test"};
  for (const auto& address : addresses) invited(address);
  const test::ReservedPort port;
  EXPECT_EQ(pass(port.number()), 0U);
  for (const auto& address : addresses) {
    const core::Mail mail = mail_to(address);
    EXPECT_EQ(mail.state, MailState::Waiting);
    EXPECT_EQ(mail.next_attempt_at, test_.clock().now() + 1min);
    EXPECT_NE(mail.last_error, "");
  }

  const test::SmtpServer server(arrived_.path(), {"--port", std::to_string(port.number())});
  test_.clock().advance(1min - 1ms);
  EXPECT_EQ(pass(port.number()), 0U);
  EXPECT_EQ(mail_to("asha@bank.test").attempts, 1);
  test_.clock().advance(1ms);
  EXPECT_EQ(pass(port.number()), 3U);
  EXPECT_EQ(pass(port.number()), 0U);
  std::set<std::string> recipients;
  for (const auto& mail : taken()) recipients.emplace(mail.at_pointer("/rcpt_tos/0").as_string());
  EXPECT_EQ(recipients, (std::set<std::string>(addresses.begin(), addresses.end())));
  EXPECT_THAT(taken(), SizeIs(3));
}

TEST_F(OutboxWorkerTest, WaitsLongerForAServerThatSaysNotYet) {
  invited(kAsha);
  const test::SmtpServer server(arrived_.path(),
                                {"--refuse", "rcpt", "--answer", "451 4.7.1 greylisted", "--times", "2"});
  EXPECT_EQ(pass(server.port()), 0U);
  test_.clock().advance(1min);
  EXPECT_EQ(pass(server.port()), 0U);
  EXPECT_EQ(mail_to(kAsha).last_error, "the mail server answered 451 4.7.1 (RCPT failed: 451)");
  test_.clock().advance(5min - 1ms);
  EXPECT_EQ(pass(server.port()), 0U);
  EXPECT_EQ(mail_to(kAsha).attempts, 2);
  test_.clock().advance(1ms);
  EXPECT_EQ(pass(server.port()), 1U);
  EXPECT_EQ(mail_to(kAsha).last_error, "");
  EXPECT_THAT(taken(), SizeIs(1));
}

TEST_F(OutboxWorkerTest, GivesUpOnARefusedMailAndDeliversTheNext) {
  invited(kAsha);
  invited("bina@bank.test");
  const test::SmtpServer server(
      arrived_.path(), {"--refuse", "rcpt", "--answer", "550 5.1.1 <asha.rao@bank.test> unknown", "--times", "1"});
  EXPECT_EQ(pass(server.port()), 1U);
  EXPECT_EQ(mail_to(kAsha).state, MailState::GivenUp);
  EXPECT_EQ(mail_to(kAsha).last_error, "the mail server answered 550 5.1.1 (RCPT failed: 550)");
  EXPECT_EQ(mail_to("bina@bank.test").state, MailState::Delivered);
  test_.clock().advance(1h);
  EXPECT_EQ(pass(server.port()), 0U);
}

TEST_F(OutboxWorkerTest, GivesUpAfterTheLastAttempt) {
  const core::Letter letter{.kind = "admin-added", .subject = "An admin was added", .text = "text", .html = "html"};
  write([&](core::Transaction& transaction) {
    return mailer_.post(transaction, std::string(kAsha), letter, test_.clock().now());
  });
  const test::ReservedPort port;
  int attempts = 1;
  for (; core::delay_after_attempt(attempts); ++attempts) {
    pass(port.number());
    ASSERT_EQ(mail_to(kAsha).attempts, attempts);
    ASSERT_EQ(mail_to(kAsha).state, MailState::Waiting);
    test_.clock().advance(*core::delay_after_attempt(attempts));
  }
  pass(port.number());
  EXPECT_EQ(mail_to(kAsha).attempts, attempts);
  EXPECT_EQ(mail_to(kAsha).state, MailState::GivenUp);
  EXPECT_NE(mail_to(kAsha).last_error, "");
}

TEST_F(OutboxWorkerTest, KeepsMailsWaitingWhileTheServerRefusesTheLogin) {
  invited(kAsha);
  const auto files = test::make_certificate(arrived_.path(), "localhost");
  const test::SmtpServer server(arrived_.path(), {"--security", "starttls", "--certificate", files.certificate, "--key",
                                                  files.key, "--login", "dwarpal:open sesame"});
  const auto settings = [&](std::string_view password) {
    SmtpSettings login = settings_for(server.port());
    login.host = "localhost";
    login.security = SmtpSettings::Security::StartTls;
    login.username = "dwarpal";
    login.password = Secret::copy_of(password);
    login.ca_file = files.certificate;
    return login;
  };
  EXPECT_EQ(pass(settings("open barley")), 0U);
  EXPECT_EQ(mail_to(kAsha).state, MailState::Waiting);
  EXPECT_THAT(mail_to(kAsha).last_error, HasSubstr("535"));
  test_.clock().advance(1min);
  EXPECT_EQ(pass(settings("open sesame")), 1U);
}

TEST_F(OutboxWorkerTest, DoesNotSendALinkThatExpired) {
  invited(kAsha);
  const test::SmtpServer server(arrived_.path(), {});
  test_.clock().advance(72h);
  EXPECT_EQ(pass(server.port()), 0U);
  EXPECT_EQ(mail_to(kAsha).state, MailState::Withdrawn);
  EXPECT_FALSE(mail_to(kAsha).link);
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(OutboxWorkerTest, SendsALinkUntilItExpires) {
  invited(kAsha);
  const test::SmtpServer server(arrived_.path(), {});
  test_.clock().advance(72h - 1ms);
  EXPECT_EQ(pass(server.port()), 1U);
}

TEST_F(OutboxWorkerTest, DoesNotSendALinkThatWasUsedMeanwhile) {
  active(kAsha);
  const test::SmtpServer server(arrived_.path(), {});
  pass(server.port());
  EXPECT_EQ(mail_to(kAsha).state, MailState::Withdrawn);
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(OutboxWorkerTest, ErasesEndedLinksWhereNoMailsAreSent) {
  invited(kAsha);
  test_.clock().advance(72h - 1ms);
  EXPECT_TRUE(test::done(erase_ended_links(test_.store(), decision_clock_)));
  EXPECT_EQ(mail_to(kAsha).state, MailState::Waiting);
  EXPECT_TRUE(mail_to(kAsha).link);
  test_.clock().advance(1ms);
  EXPECT_TRUE(test::done(erase_ended_links(test_.store(), decision_clock_)));
  EXPECT_EQ(mail_to(kAsha).state, MailState::Withdrawn);
  EXPECT_FALSE(mail_to(kAsha).link);
}

TEST_F(OutboxWorkerTest, LeavesTheStoreToOthersWhileItSpeaksToTheServer) {
  invited(kAsha);
  const test::ReservedPort silent;
  silent.listen();
  std::stop_source stop;
  std::jthread other([&] {
    silent.wait_for_client();
    invited("bina@bank.test");
    stop.request_stop();
  });
  EXPECT_EQ(pass(settings_for(silent.number()), stop.get_token()), 0U);
  other.join();
  EXPECT_EQ(mail_to("bina@bank.test").attempts, 0);
}

TEST_F(OutboxWorkerTest, CountsAnAttemptBeforeItSends) {
  // Asked to stop in the middle, it leaves behind what a process that was killed there does.
  invited(kAsha);
  const test::ReservedPort silent;
  silent.listen();
  std::stop_source stop;
  const std::jthread killer([&] {
    silent.wait_for_client();
    stop.request_stop();
  });
  EXPECT_EQ(pass(settings_for(silent.number()), stop.get_token()), 0U);
  const core::Mail mail = mail_to(kAsha);
  EXPECT_EQ(mail.state, MailState::Waiting);
  EXPECT_EQ(mail.attempts, 1);
  EXPECT_EQ(mail.next_attempt_at, test_.clock().now() + 1min);
  EXPECT_EQ(mail.last_error, "");
}

TEST_F(OutboxWorkerTest, LogsAFailureWithoutNamingThePerson) {
  invited(kAsha);
  const test::SmtpServer server(arrived_.path(),
                                {"--refuse", "rcpt", "--answer", "550 5.1.1 <asha.rao@bank.test> unknown"});
  ::testing::internal::CaptureStderr();
  pass(settings_for(server.port()), {}, LogLevel::Info);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("warning mail given up"), HasSubstr("domain=\"bank.test\""), HasSubstr("550 5.1.1"),
                    Not(HasSubstr("asha"))));
}

}  // namespace
}  // namespace dwarpal::delivery
