#include "core/mail/mailer.hpp"

#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class MailerTest : public test::UserFixture {
 protected:
  static constexpr std::string_view kLink = "https://iam.setu.test/console/activate#token=abc-_123";

  static Letter letter() {
    return {.kind = "activation",
            .subject = "Activate",
            .text = "Open {link} or paste {token}. {other}",
            .html = R"(<a href="{link}">{link}</a> <code>{token}</code>)"};
  }
  void post_with_link(std::string_view link = kLink) {
    write([&](Transaction& transaction) {
      return mailer_.post_with_link(transaction, "asha@bank.test", letter(), Secret::copy_of(link),
                                    crypto::sha256("abc-_123"), test_.clock().now());
    });
  }
  Mail stored() {
    return read([](Transaction& transaction) { return transaction.outbox().search({.limit = 1}); }).front();
  }
};

TEST_F(MailerTest, PutsLinkAndTokenWhereTheLetterWantsThem) {
  post_with_link();
  const auto readable = mailer_.open(stored());
  ASSERT_TRUE(test::done(readable));
  EXPECT_EQ(readable->link->expose(), kLink);
  EXPECT_EQ(readable->text.expose(), "Open " + std::string(kLink) + " or paste abc-_123. {other}");
  EXPECT_EQ(readable->html.expose(),
            "<a href=\"" + std::string(kLink) + "\">" + std::string(kLink) + "</a> <code>abc-_123</code>");
}

TEST_F(MailerTest, EscapesTheLinkInHtmlAlone) {
  post_with_link("https://iam.setu.test/\"><x>#token=t");
  const auto readable = mailer_.open(stored());
  ASSERT_TRUE(test::done(readable));
  EXPECT_THAT(std::string(readable->html.expose()), HasSubstr("/&quot;&gt;&lt;x&gt;#token=t\""));
  EXPECT_THAT(std::string(readable->text.expose()), HasSubstr("/\"><x>#token=t"));
}

TEST_F(MailerTest, PutsTheMailIntoTheOutboxDueAtOnce) {
  post_with_link();
  const auto mail = stored();
  EXPECT_EQ(mail.to, "asha@bank.test");
  EXPECT_EQ(mail.kind, "activation");
  EXPECT_EQ(mail.subject, "Activate");
  EXPECT_EQ(mail.state, MailState::Waiting);
  EXPECT_EQ(mail.created_at, test_.clock().now());
  EXPECT_EQ(mail.next_attempt_at, test_.clock().now());
  EXPECT_EQ(mail.link_hash, crypto::sha256("abc-_123"));
}

TEST_F(MailerTest, SaysThatALinkIsGoneWhenItWasErased) {
  post_with_link();
  auto mail = stored();
  mail.link.reset();
  const auto readable = mailer_.open(std::move(mail));
  ASSERT_TRUE(test::done(readable));
  EXPECT_FALSE(readable->link);
  EXPECT_THAT(std::string(readable->text.expose()), HasSubstr("no longer valid"));
  EXPECT_THAT(std::string(readable->text.expose()), Not(HasSubstr("{link}")));
}

TEST_F(MailerTest, HidesALinkWithoutSayingThatItWasUsed) {
  post_with_link();
  const auto readable = mailer_.open(stored(), Links::Hidden);
  ASSERT_TRUE(test::done(readable));
  EXPECT_FALSE(readable->link);
  EXPECT_EQ(readable->text.expose(),
            "Open (links are shown in a sandbox only) or paste (links are shown in a sandbox only). {other}");
  EXPECT_THAT(std::string(readable->html.expose()), Not(HasSubstr("abc-_123")));

  auto erased = stored();
  erased.link.reset();
  EXPECT_THAT(std::string(mailer_.open(std::move(erased), Links::Hidden)->text.expose()), HasSubstr("no longer valid"));
}

TEST_F(MailerTest, KeepsBodyAndLinkUnreadableInTheStore) {
  post_with_link();
  EXPECT_TRUE(store_holds("asha@bank.test"));
  EXPECT_FALSE(store_holds("or paste"));
  EXPECT_FALSE(store_holds("abc-_123"));
}

TEST_F(MailerTest, RefusesABodyThatWasMovedToAnotherMail) {
  post_with_link();
  auto mail = stored();
  mail.id = make_uuid(random_);
  EXPECT_FALSE(mailer_.open(std::move(mail)));
}

TEST_F(MailerTest, RefusesALinkThatWasMovedToAnotherMail) {
  post_with_link();
  post_with_link();
  auto mails = read([](Transaction& transaction) { return transaction.outbox().search({.limit = 2}); });
  mails[0].link = mails[1].link;
  EXPECT_FALSE(mailer_.open(std::move(mails[0])));
}

TEST_F(MailerTest, WritesToActiveAdminsOfThatEntityOnly) {
  const auto bank = entity("FIP-BANK");
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("left@bank.test"), bank);
  make_admin(invited("new@bank.test"), bank);
  ASSERT_TRUE(test::done(accounts_.suspend(email("left@bank.test"), "left", by_operator())));
  make_admin(active("ravi@other.test"), entity("FIU-OTHER"));

  auto news = letter();
  news.kind = "news";
  write([&](Transaction& transaction) { return mailer_.post_to_admins(transaction, bank, news, test_.clock().now()); });
  EXPECT_EQ(kinds_of_mails_to("asha@bank.test").back(), "news");
  for (const auto* other : {"left@bank.test", "new@bank.test", "ravi@other.test"}) {
    EXPECT_NE(kinds_of_mails_to(other).back(), "news") << other;
  }
}

TEST(MailState, IsReadAsItIsWritten) {
  using enum MailState;
  for (const auto state : {Waiting, Delivered, GivenUp, Withdrawn})
    EXPECT_EQ(parse_mail_state(to_string(state)), state);
  EXPECT_FALSE(parse_mail_state("SENT"));
}

}  // namespace
}  // namespace dwarpal::core
