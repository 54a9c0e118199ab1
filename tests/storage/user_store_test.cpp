#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::Email;
using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;

class UserStore : public StoreContract {
 protected:
  void insert(const core::User& user) {
    write([&](Transaction& t) { return t.users().insert(user); });
  }
  std::optional<core::User> find(const std::string& email) {
    return read([&](Transaction& t) { return t.users().find(Email::stored(email)); });
  }
  std::vector<std::string> admins_of(const core::Entity& entity) {
    std::vector<std::string> emails;
    for (const auto& user : read([&](Transaction& t) { return t.users().admins_of(entity.uuid); })) {
      emails.push_back(user.email.text());
    }
    return emails;
  }
  bool add_admin(const core::User& user, const core::Entity& entity) {
    return write([&](Transaction& t) { return t.users().add_admin(user.uuid, entity.uuid, clock().now()); });
  }
  bool is_admin(const core::User& user, const core::Entity& entity) {
    return read([&](Transaction& t) { return t.users().is_admin(user.uuid, entity.uuid); });
  }
  void sign_in(const core::User& user, const std::string& address) {
    write([&](Transaction& t) { return t.users().add_sign_in_address(user.uuid, address, clock().now()); });
  }
  std::optional<Instant> last_sign_in_from(const core::User& user, const std::string& address) {
    return read([&](Transaction& t) { return t.users().last_sign_in_from(user.uuid, address); });
  }
  bool has_signed_in_from(const core::User& user, const std::string& address) {
    return last_sign_in_from(user, address).has_value();
  }
};

class EntityAdmins : public UserStore {
 protected:
  EntityAdmins() {
    for (const auto* user : {&asha_, &ravi_}) insert(*user);
    for (const auto* entity : {&bank_, &fund_}) {
      write([&](Transaction& t) { return t.entities().insert(*entity); });
    }
  }

  const core::User asha_ = some_user("asha@x.test");
  const core::User ravi_ = some_user("ravi@x.test");
  const core::Entity bank_ = some_entity("bank");
  const core::Entity fund_ = some_entity("fund");
};

INSTANTIATE_TEST_SUITE_P(Stores, UserStore, testing::ValuesIn(every_store()), store_name);
INSTANTIATE_TEST_SUITE_P(Stores, EntityAdmins, testing::ValuesIn(every_store()), store_name);

TEST_P(UserStore, GivesBackEveryMemberOfAUser) {
  const auto user = some_user("asha@x.test");
  insert(user);
  EXPECT_EQ(find("asha@x.test"), user);
  EXPECT_EQ(read([&](Transaction& t) { return t.users().find(user.uuid); }), user);
}

TEST_P(UserStore, GivesBackAUserWithoutOptionalMembers) {
  core::User user;
  user.uuid = UserUuid("u");
  user.email = Email::stored("a@b.test");
  insert(user);
  EXPECT_EQ(find("a@b.test"), user);
}

TEST_P(UserStore, FindsNothingForAnUnknownEmail) {
  EXPECT_EQ(find("asha@x.test"), std::nullopt);
  EXPECT_EQ(read([](Transaction& t) { return t.users().find(UserUuid("u")); }), std::nullopt);
}

TEST_P(UserStore, RefusesAnEmailTwice) {
  insert(some_user("asha@x.test"));
  auto twin = some_user("asha@x.test");
  twin.uuid = UserUuid("another");
  const auto done = store().write([&](Transaction& t) { return t.users().insert(twin); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::AlreadyExists);
}

TEST_P(UserStore, ListsByEmail) {
  for (const auto* email : {"c@x.test", "a@x.test", "b@x.test"}) insert(some_user(email));
  const auto users = read([](Transaction& t) { return t.users().list(); });
  ASSERT_EQ(users.size(), 3U);
  EXPECT_EQ(users[0], some_user("a@x.test"));
  EXPECT_EQ(users[1], some_user("b@x.test"));
  EXPECT_EQ(users[2], some_user("c@x.test"));
}

TEST_P(UserStore, UpdatesWhatMayChange) {
  auto user = some_user("asha@x.test");
  insert(user);
  insert(some_user("ravi@x.test"));
  user.first_name = "Usha";
  user.last_name = "Iyer";
  user.mobile.clear();
  user.status = core::UserStatus::Active;
  user.status_before_suspension = std::nullopt;
  user.operator_role = false;
  user.credential_version = 8;
  user.password_hash.clear();
  user.password_set_at = std::nullopt;
  user.tokens_not_before = std::nullopt;
  write([&](Transaction& t) { return t.users().update(user); });
  EXPECT_EQ(find("asha@x.test"), user);
  EXPECT_EQ(find("ravi@x.test"), some_user("ravi@x.test"));
}

TEST_P(UserStore, FailsToUpdateAUserWhoIsNotThere) {
  EXPECT_FALSE(store().write([](Transaction& t) { return t.users().update(some_user("a@x.test")); }));
}

TEST_P(UserStore, RemembersTheAddressesOfAUser) {
  const auto asha = some_user("asha@x.test");
  const auto ravi = some_user("ravi@x.test");
  insert(asha);
  insert(ravi);
  const std::string address("\0digest\xff", 8);
  sign_in(asha, address);
  clock().advance(Duration(1));
  sign_in(asha, address);
  EXPECT_EQ(last_sign_in_from(asha, address), clock().now());
  EXPECT_TRUE(has_signed_in_from(asha, address));
  EXPECT_FALSE(has_signed_in_from(asha, "another"));
  EXPECT_FALSE(has_signed_in_from(ravi, address));
}

TEST_P(UserStore, ForgetsTheAddressThatWasUsedLongestAgoBeyond64) {
  const auto user = some_user("asha@x.test");
  insert(user);
  for (int number = 1; number <= 64; ++number) {
    sign_in(user, std::to_string(number));
    clock().advance(Duration(1));
  }
  EXPECT_TRUE(has_signed_in_from(user, "1"));
  sign_in(user, "1");  // so that the second is now the oldest
  clock().advance(Duration(1));
  sign_in(user, "65");
  EXPECT_TRUE(has_signed_in_from(user, "1"));
  EXPECT_FALSE(has_signed_in_from(user, "2"));
  EXPECT_TRUE(has_signed_in_from(user, "3"));
  EXPECT_TRUE(has_signed_in_from(user, "65"));
}

TEST_P(EntityAdmins, AreAddedOnce) {
  EXPECT_FALSE(is_admin(asha_, bank_));
  EXPECT_TRUE(add_admin(asha_, bank_));
  EXPECT_TRUE(is_admin(asha_, bank_));
  EXPECT_FALSE(add_admin(asha_, bank_));
  EXPECT_FALSE(is_admin(asha_, fund_));
  EXPECT_FALSE(is_admin(ravi_, bank_));
}

TEST_P(EntityAdmins, AreRemovedOnce) {
  const auto remove = [&] {
    return write([&](Transaction& t) { return t.users().remove_admin(asha_.uuid, bank_.uuid); });
  };
  add_admin(asha_, bank_);
  add_admin(asha_, fund_);
  EXPECT_TRUE(remove());
  EXPECT_FALSE(is_admin(asha_, bank_));
  EXPECT_TRUE(is_admin(asha_, fund_));
  EXPECT_FALSE(remove());
}

TEST_P(EntityAdmins, AreListedByEmail) {
  EXPECT_THAT(admins_of(bank_), IsEmpty());
  add_admin(ravi_, bank_);
  add_admin(asha_, bank_);
  add_admin(asha_, fund_);
  EXPECT_THAT(admins_of(bank_), ElementsAre("asha@x.test", "ravi@x.test"));
  EXPECT_THAT(admins_of(fund_), ElementsAre("asha@x.test"));
}

TEST_P(EntityAdmins, KnowTheirEntities) {
  add_admin(asha_, fund_);
  add_admin(asha_, bank_);
  const auto entities_of = [&](const core::User& user) {
    return read([&](Transaction& t) { return t.users().entities_of(user.uuid); });
  };
  EXPECT_THAT(entities_of(asha_), ElementsAre(bank_.uuid, fund_.uuid));
  EXPECT_THAT(entities_of(ravi_), IsEmpty());
}

TEST_P(EntityAdmins, AreUsersOfEntitiesThatExist) {
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.users().add_admin(UserUuid("none"), bank_.uuid, at(1)); }));
  EXPECT_FALSE(
      store().write([&](Transaction& t) { return t.users().add_admin(asha_.uuid, EntityUuid("none"), at(1)); }));
}

}  // namespace

}  // namespace dwarpal::test
