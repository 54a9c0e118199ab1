// What operators look for, in each port that they look into.
#include "core/mail/outbox.hpp"
#include "core/network_store.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::EntityStatus;
using core::EntityType;
using core::Transaction;
using core::UserStatus;
using testing::ElementsAre;
using testing::IsEmpty;

using Texts = std::vector<std::string>;

class Search : public StoreContract {
 protected:
  void insert(std::string id, EntityType type, EntityStatus status, std::string name) {
    auto entity = some_entity(std::move(id));
    entity.type = type;
    entity.status = status;
    entity.name = std::move(name);
    write([&](Transaction& t) { return t.entities().insert(entity); });
  }
  Texts entities(const core::EntityFilter& filter) {
    Texts ids;
    for (const auto& entity : read([&](Transaction& t) { return t.entities().search(filter); })) {
      ids.push_back(entity.id.text());
    }
    return ids;
  }
  void insert_user(std::string email, std::string first_name, UserStatus status, bool operator_role) {
    auto user = some_user(std::move(email));
    user.first_name = std::move(first_name);
    user.status = status;
    user.operator_role = operator_role;
    write([&](Transaction& t) { return t.users().insert(user); });
  }
  Texts users(const core::UserFilter& filter) {
    Texts emails;
    for (const auto& user : read([&](Transaction& t) { return t.users().search(filter); })) {
      emails.push_back(user.email.text());
    }
    return emails;
  }
  void insert_mail(std::string id, std::string to, core::MailState state, std::int64_t created_at) {
    const core::Mail mail{.id = std::move(id),
                          .kind = "activation",
                          .to = std::move(to),
                          .subject = "Welcome",
                          .body = {.key = DataKeyId("k"), .bytes = "body"},
                          .state = state,
                          .created_at = at(created_at),
                          .next_attempt_at = at(created_at)};
    write([&](Transaction& t) { return t.outbox().insert(mail); });
  }
  Texts mails(const core::MailFilter& filter) {
    Texts ids;
    for (const auto& mail : read([&](Transaction& t) { return t.outbox().search(filter); })) ids.push_back(mail.id);
    return ids;
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, Search, testing::ValuesIn(every_store()), store_name);

TEST_P(Search, FindsEntitiesByTypeStatusAndPartsOfTheirIdAndName) {
  insert("AA-1", EntityType::AA, EntityStatus::Active, "Meadow 100%");
  insert("FIP-1", EntityType::FIP, EntityStatus::Active, "Bank of Hills");
  insert("FIP-2", EntityType::FIP, EntityStatus::Suspended, "Meadow Bank");
  EXPECT_THAT(entities({}), ElementsAre("AA-1", "FIP-1", "FIP-2"));
  EXPECT_THAT(entities({.type = EntityType::FIP}), ElementsAre("FIP-1", "FIP-2"));
  EXPECT_THAT(entities({.status = EntityStatus::Active}), ElementsAre("AA-1", "FIP-1"));
  EXPECT_THAT(entities({.text = "meaDOW"}), ElementsAre("AA-1", "FIP-2"));
  EXPECT_THAT(entities({.text = "fip"}), ElementsAre("FIP-1", "FIP-2"));
  EXPECT_THAT(entities({.text = "%"}), ElementsAre("AA-1"));
  EXPECT_THAT(entities({.text = "_"}), IsEmpty());
  EXPECT_THAT(entities({.type = EntityType::FIP, .status = EntityStatus::Active, .text = "bank"}),
              ElementsAre("FIP-1"));
  EXPECT_THAT(entities({.limit = 2}), ElementsAre("AA-1", "FIP-1"));
  EXPECT_THAT(entities({.after = EntityId("AA-1"), .limit = 1}), ElementsAre("FIP-1"));
}

TEST_P(Search, FindsUsersByStatusRoleAndPartsOfTheirEmailAndName) {
  insert_user("asha@bank.test", "Asha", UserStatus::Active, false);
  insert_user("olga@network.test", "Olga", UserStatus::Active, true);
  insert_user("ravi@bank.test", "Ravi", UserStatus::Invited, false);
  EXPECT_THAT(users({}), ElementsAre("asha@bank.test", "olga@network.test", "ravi@bank.test"));
  EXPECT_THAT(users({.status = UserStatus::Invited}), ElementsAre("ravi@bank.test"));
  EXPECT_THAT(users({.operator_role = true}), ElementsAre("olga@network.test"));
  EXPECT_THAT(users({.operator_role = false}), ElementsAre("asha@bank.test", "ravi@bank.test"));
  EXPECT_THAT(users({.text = "BANK"}), ElementsAre("asha@bank.test", "ravi@bank.test"));
  EXPECT_THAT(users({.text = "olga rao"}), ElementsAre("olga@network.test"));
  EXPECT_THAT(users({.after = "asha@bank.test", .limit = 1}), ElementsAre("olga@network.test"));
}

TEST_P(Search, FindsMailsNewestFirstAndCountsTheBacklog) {
  const auto backlog = [&] { return read([](Transaction& t) { return t.outbox().backlog(); }); };
  EXPECT_EQ(backlog().waiting, 0);
  EXPECT_EQ(backlog().oldest_waiting, std::nullopt);
  insert_mail("1", "asha@bank.test", core::MailState::Delivered, 1'000);
  insert_mail("2", "ravi@bank.test", core::MailState::Waiting, 3'000);
  insert_mail("3", "asha@bank.test", core::MailState::Waiting, 2'000);
  insert_mail("4", "asha@bank.test", core::MailState::GivenUp, 2'000);
  EXPECT_THAT(mails({}), ElementsAre("4", "3", "2", "1"));
  EXPECT_THAT(mails({.to = "asha@bank.test"}), ElementsAre("4", "3", "1"));
  EXPECT_THAT(mails({.state = core::MailState::Waiting}), ElementsAre("3", "2"));
  EXPECT_THAT(mails({.after = "3"}), ElementsAre("2", "1"));
  EXPECT_THAT(mails({.to = "asha@bank.test", .after = "4", .limit = 1}), ElementsAre("3"));
  EXPECT_THAT(mails({.after = "none"}), IsEmpty());
  EXPECT_EQ(backlog().waiting, 2);
  EXPECT_EQ(backlog().given_up, 1);
  EXPECT_EQ(backlog().oldest_waiting, at(2'000));
}

TEST_P(Search, FindsTheCurrentSecretsOfEntitiesInAState) {
  insert("FIP-1", EntityType::FIP, EntityStatus::Active, "One");
  insert("FIP-2", EntityType::FIP, EntityStatus::Suspended, "Two");
  write([&](Transaction& t) -> Result<> {
    for (const auto* id : {"FIP-1", "FIP-2"}) {
      const auto entity = some_entity(id).uuid;
      for (const int number : {1, 2}) TRY(t.secrets().insert(entity, some_secret(number)));
      TRY(t.secrets().set_replaced(entity, 1, at(5'000)));
    }
    return {};
  });
  const auto current = [&](EntityStatus status) {
    return read([&](Transaction& t) { return t.secrets().current_of(status); });
  };
  ASSERT_EQ(current(EntityStatus::Active).size(), 1U);
  EXPECT_EQ(current(EntityStatus::Active)[0].expires_at, at(9'002));
  EXPECT_EQ(current(EntityStatus::Active)[0].clock_shift, std::chrono::days(3));
  EXPECT_TRUE(current(EntityStatus::Registered).empty());
}

TEST_P(Search, TellsTheVersionOfTheSchema) {
  EXPECT_GE(read([](Transaction& t) { return t.network().schema_version(); }), 2);
}

}  // namespace

}  // namespace dwarpal::test
