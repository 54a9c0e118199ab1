// Links and mails together, because ending the one erases from the other.
#include "core/mail/outbox.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::LinkPurpose;
using core::MailState;
using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;

core::Mail some_mail(std::string id) {
  return {.id = std::move(id),
          .kind = "activation",
          .to = "asha@x.test",
          .subject = "Welcome",
          .body = {.key = DataKeyId("k"), .bytes = std::string("body\0", 5)},
          .link = std::nullopt,
          .link_hash = std::nullopt,
          .state = MailState::Waiting,
          .attempts = 0,
          .created_at = at(1'000),
          .next_attempt_at = at(1'000),
          .delivered_at = std::nullopt,
          .last_error = {}};
}

core::Mail some_mail(std::string id, std::uint8_t link_hash) {
  auto mail = some_mail(std::move(id));
  mail.link = core::Sealed{.key = DataKeyId("k2"), .bytes = "link"};
  mail.link_hash = digest_of(link_hash);
  return mail;
}

void expect_same(const core::Mail& left, const core::Mail& right) {
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.kind, right.kind);
  EXPECT_EQ(left.to, right.to);
  EXPECT_EQ(left.subject, right.subject);
  EXPECT_EQ(left.body, right.body);
  EXPECT_EQ(left.link, right.link);
  EXPECT_EQ(left.link_hash, right.link_hash);
  EXPECT_EQ(left.state, right.state);
  EXPECT_EQ(left.attempts, right.attempts);
  EXPECT_EQ(left.created_at, right.created_at);
  EXPECT_EQ(left.next_attempt_at, right.next_attempt_at);
  EXPECT_EQ(left.delivered_at, right.delivered_at);
  EXPECT_EQ(left.last_error, right.last_error);
}

class MailStores : public StoreContract {
 protected:
  MailStores() {
    write([&](Transaction& t) -> Result<> {
      TRY(t.users().insert(asha_));
      return t.users().insert(ravi_);
    });
  }

  void insert(const core::Link& link) {
    write([&](Transaction& t) { return t.links().insert(link); });
  }
  void insert(const core::Mail& mail) {
    write([&](Transaction& t) { return t.outbox().insert(mail); });
  }
  void update(const core::Mail& mail) {
    write([&](Transaction& t) { return t.outbox().update(mail); });
  }
  std::optional<core::Link> find_open(std::uint8_t hash, Instant now) {
    return read([&](Transaction& t) { return t.links().find_open(digest_of(hash), now); });
  }
  std::optional<core::Link> newest_open(const core::User& user, LinkPurpose purpose, Instant now) {
    return read([&](Transaction& t) { return t.links().newest_open(user.uuid, purpose, now); });
  }
  void end_open(const core::User& user, std::optional<LinkPurpose> purpose, Instant now) {
    write([&](Transaction& t) { return t.links().end_open(user.uuid, purpose, now); });
  }
  std::int64_t erase_ended_links(Instant now) {
    return write([&](Transaction& t) { return t.outbox().erase_ended_links(now); });
  }
  core::Mail mail(const std::string& id) {
    return read([&](Transaction& t) { return t.outbox().find(id); }).value();
  }
  static std::vector<std::string> ids_of(const std::vector<core::Mail>& mails) {
    std::vector<std::string> ids;
    for (const auto& mail : mails) ids.push_back(mail.id);
    return ids;
  }
  std::vector<std::string> due(Instant now, std::size_t limit) {
    return ids_of(read([&](Transaction& t) { return t.outbox().due(now, limit); }));
  }

  const core::User asha_ = some_user("asha@x.test");
  const core::User ravi_ = some_user("ravi@x.test");
};

class LinkStore : public MailStores {};
class OutboxStore : public MailStores {};

INSTANTIATE_TEST_SUITE_P(Stores, LinkStore, testing::ValuesIn(every_store()), store_name);
INSTANTIATE_TEST_SUITE_P(Stores, OutboxStore, testing::ValuesIn(every_store()), store_name);

TEST_P(LinkStore, FindsAnOpenLinkUntilTheInstantOfItsExpiry) {
  const auto link = some_link(1, asha_);
  insert(link);
  EXPECT_EQ(find_open(1, at(1'999)), link);
  EXPECT_EQ(find_open(1, at(2'000)), std::nullopt);
  EXPECT_EQ(find_open(2, at(1'000)), std::nullopt);
}

TEST_P(LinkStore, FindsNoLinkThatWasEnded) {
  insert(some_link(1, asha_));
  end_open(asha_, LinkPurpose::Activation, at(1'500));
  EXPECT_EQ(find_open(1, at(1'500)), std::nullopt);
}

TEST_P(LinkStore, EndsLinksOfOnePurposeAndOneUser) {
  insert(some_link(1, asha_));
  auto reset = some_link(2, asha_);
  reset.purpose = LinkPurpose::PasswordReset;
  insert(reset);
  insert(some_link(3, ravi_));
  end_open(asha_, LinkPurpose::Activation, at(1'500));
  EXPECT_EQ(find_open(1, at(1'500)), std::nullopt);
  EXPECT_EQ(find_open(2, at(1'500)), reset);
  EXPECT_TRUE(find_open(3, at(1'500)));
}

TEST_P(LinkStore, EndsLinksOfEveryPurpose) {
  insert(some_link(1, asha_));
  auto reset = some_link(2, asha_);
  reset.purpose = LinkPurpose::PasswordReset;
  insert(reset);
  end_open(asha_, std::nullopt, at(1'500));
  EXPECT_EQ(find_open(1, at(1'500)), std::nullopt);
  EXPECT_EQ(find_open(2, at(1'500)), std::nullopt);
}

TEST_P(LinkStore, KnowsTheNewestOpenLinkOfAPurpose) {
  EXPECT_EQ(newest_open(asha_, LinkPurpose::Activation, at(1'000)), std::nullopt);
  insert(some_link(1, asha_));
  auto newer = some_link(2, asha_);
  newer.created_at = at(1'100);
  insert(newer);
  EXPECT_EQ(newest_open(asha_, LinkPurpose::Activation, at(1'999)), newer);
  EXPECT_EQ(newest_open(asha_, LinkPurpose::Activation, at(2'000)), std::nullopt);
  EXPECT_EQ(newest_open(asha_, LinkPurpose::PasswordReset, at(1'999)), std::nullopt);
  EXPECT_EQ(newest_open(ravi_, LinkPurpose::Activation, at(1'999)), std::nullopt);
  end_open(asha_, LinkPurpose::Activation, at(1'200));
  EXPECT_EQ(newest_open(asha_, LinkPurpose::Activation, at(1'300)), std::nullopt);
}

TEST_P(LinkStore, CountsLinksSinceAnInstantWhateverBecameOfThem) {
  const auto count_since = [&](Instant since) {
    return read([&](Transaction& t) { return t.links().count_since(asha_.uuid, since); });
  };
  EXPECT_EQ(count_since(at(0)), 0);
  insert(some_link(1, asha_));
  auto reset = some_link(2, asha_);
  reset.purpose = LinkPurpose::PasswordReset;
  reset.created_at = at(1'100);
  insert(reset);
  insert(some_link(3, ravi_));
  end_open(asha_, std::nullopt, at(1'200));
  EXPECT_EQ(count_since(at(1'000)), 2);
  EXPECT_EQ(count_since(at(1'001)), 1);
  EXPECT_EQ(count_since(at(1'101)), 0);
}

TEST_P(LinkStore, ErasesTheLinksOfMailsWhenTheyEnd) {
  insert(some_link(1, asha_));
  insert(some_link(2, ravi_));
  insert(some_mail("waiting", 1));
  auto delivered = some_mail("delivered", 1);
  delivered.state = MailState::Delivered;
  insert(delivered);
  insert(some_mail("of another", 2));
  insert(some_mail("without"));

  end_open(asha_, LinkPurpose::Activation, at(1'500));

  EXPECT_EQ(mail("waiting").link, std::nullopt);
  EXPECT_EQ(mail("waiting").state, MailState::Withdrawn);
  EXPECT_EQ(mail("delivered").link, std::nullopt);
  EXPECT_EQ(mail("delivered").state, MailState::Delivered);
  expect_same(mail("of another"), some_mail("of another", 2));
  expect_same(mail("without"), some_mail("without"));
}

TEST_P(LinkStore, ErasesNoLinksOfMailsForAnotherPurpose) {
  insert(some_link(1, asha_));
  insert(some_mail("waiting", 1));
  end_open(asha_, LinkPurpose::PasswordReset, at(1'500));
  expect_same(mail("waiting"), some_mail("waiting", 1));
}

TEST_P(OutboxStore, GivesBackEveryMemberOfAMail) {
  auto mail_with_link = some_mail("a", 1);
  mail_with_link.state = MailState::GivenUp;
  mail_with_link.attempts = 9;
  mail_with_link.next_attempt_at = at(7);
  mail_with_link.delivered_at = at(8);
  mail_with_link.last_error = "550 no such user";
  insert(mail_with_link);
  insert(some_mail("b"));
  expect_same(mail("a"), mail_with_link);
  expect_same(mail("b"), some_mail("b"));
  EXPECT_FALSE(read([](Transaction& t) { return t.outbox().find("c"); }));
}

TEST_P(OutboxStore, GivesTheMailsThatAreDueOldestAttemptFirst) {
  auto later = some_mail("later");
  later.next_attempt_at = at(1'200);
  auto sooner = some_mail("sooner");
  sooner.next_attempt_at = at(1'100);
  auto delivered = some_mail("delivered");
  delivered.state = MailState::Delivered;
  for (const auto& each : {later, sooner, delivered}) insert(each);
  EXPECT_THAT(due(at(1'099), 10), IsEmpty());
  EXPECT_THAT(due(at(1'100), 10), ElementsAre("sooner"));
  EXPECT_THAT(due(at(1'200), 10), ElementsAre("sooner", "later"));
  EXPECT_THAT(due(at(1'200), 1), ElementsAre("sooner"));
}

TEST_P(OutboxStore, UpdatesWhatAnAttemptChanges) {
  insert(some_mail("a", 1));
  auto attempted = some_mail("a", 1);
  attempted.attempts = 1;
  attempted.next_attempt_at = at(5'000);
  attempted.last_error = "timeout";
  update(attempted);
  expect_same(mail("a"), attempted);

  auto delivered = attempted;
  delivered.state = MailState::Delivered;
  delivered.delivered_at = at(5'001);
  delivered.link = std::nullopt;
  update(delivered);
  expect_same(mail("a"), delivered);
}

TEST_P(OutboxStore, NeverBringsBackALinkThatWasErased) {
  insert(some_mail("a", 1));
  auto erased = some_mail("a", 1);
  erased.link = std::nullopt;
  update(erased);
  update(some_mail("a", 1));
  EXPECT_EQ(mail("a").link, std::nullopt);
}

TEST_P(OutboxStore, ErasesTheLinksThatExpired) {
  insert(some_link(1, asha_));
  insert(some_mail("waiting", 1));
  auto given_up = some_mail("given up", 1);
  given_up.state = MailState::GivenUp;
  insert(given_up);
  insert(some_mail("without"));

  EXPECT_EQ(erase_ended_links(at(1'999)), 0);
  expect_same(mail("waiting"), some_mail("waiting", 1));
  EXPECT_EQ(erase_ended_links(at(2'000)), 2);
  EXPECT_EQ(mail("waiting").link, std::nullopt);
  EXPECT_EQ(mail("waiting").state, MailState::Withdrawn);
  EXPECT_EQ(mail("given up").link, std::nullopt);
  EXPECT_EQ(mail("given up").state, MailState::GivenUp);
  EXPECT_EQ(mail("without").state, MailState::Waiting);
  EXPECT_EQ(erase_ended_links(at(2'000)), 0);
}

TEST_P(OutboxStore, ErasesTheLinkOfAMailThatCameAfterItEnded) {
  insert(some_link(1, asha_));
  end_open(asha_, std::nullopt, at(1'500));
  insert(some_mail("late", 1));
  EXPECT_EQ(erase_ended_links(at(1'500)), 1);
  EXPECT_EQ(mail("late").link, std::nullopt);
}

}  // namespace

}  // namespace dwarpal::test
