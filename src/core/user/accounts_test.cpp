#include "core/user/accounts_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Registration

TEST_F(AccountsTest, ARegisteredUserIsInvitedByMail) {
  const auto user = accounts_.register_user(
      {.email = email("Asha@Bank.test"), .first_name = "Asha", .last_name = "Rao", .mobile = "9845012345"},
      by_operator());
  ASSERT_TRUE(done(user));
  EXPECT_EQ(newest_audit_record(), "user.register done user:asha@bank.test");
  const auto stored = find("asha@bank.test");
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->uuid, user->uuid);
  EXPECT_EQ(stored->first_name, "Asha");
  EXPECT_EQ(stored->last_name, "Rao");
  EXPECT_EQ(stored->mobile, "9845012345");
  EXPECT_EQ(stored->status, UserStatus::Invited);
  EXPECT_FALSE(stored->operator_role);
  EXPECT_EQ(stored->created_at, test_.clock().now());
  EXPECT_THAT(kinds_of_mails_to("asha@bank.test"), ElementsAre("activation"));
}

TEST_F(AccountsTest, AnEmailIsRegisteredOnceWhateverItsCase) {
  invited("asha@bank.test");
  EXPECT_TRUE(refused(accounts_.register_user(person("ASHA@bank.TEST"), by_operator()), ErrorCode::AlreadyExists,
                      "User already exists"));
  EXPECT_EQ(newest_audit_record(), "user.register refused user:asha@bank.test: User already exists");
  EXPECT_THAT(kinds_of_mails_to("asha@bank.test"), ElementsAre("activation"));
}

TEST_F(AccountsTest, OnlyAnOperatorRegistersAndTheRefusalIsAuditedWithoutTheEmail) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  for (const auto& context : {by_admin("asha@bank.test"), by_entity(bank), anonymous()}) {
    EXPECT_TRUE(
        refused(accounts_.register_user(person("mistyped@bank.test"), context), ErrorCode::Unauthorized, kNoRight));
    EXPECT_EQ(newest_audit_record(), std::string("user.register refused: ") + kNoRight);
  }
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(AccountsTest, NamesAreShortAndOnOneLine) {
  EXPECT_TRUE(done(accounts_.register_user(person("a@bank.test", std::string(255, 'a')), by_operator())));
  for (const auto& name :
       {std::string(256, 'a'), std::string("Asha\r\nBcc: x@y.test"), std::string("Asha\0", 5), std::string("\xff")}) {
    EXPECT_TRUE(refused(accounts_.register_user(person("b@bank.test", name), by_operator()), ErrorCode::InvalidInput,
                        "The field firstName must be one line of at most 255 bytes"));
  }
  EXPECT_TRUE(refused(accounts_.register_user(person("b@bank.test", "Asha", "Rao\n"), by_operator()),
                      ErrorCode::InvalidInput, "The field lastName must be one line of at most 255 bytes"));
  EXPECT_FALSE(find("b@bank.test"));
}

TEST_F(AccountsTest, AUserHasAFirstAndALastName) {
  for (const auto& names : {std::pair("", "Rao"), std::pair(" ", "Rao")}) {
    EXPECT_TRUE(refused(accounts_.register_user(person("b@bank.test", names.first, names.second), by_operator()),
                        ErrorCode::InvalidInput, "The field firstName is missing in the request"));
  }
  EXPECT_TRUE(refused(designate(person("b@bank.test", "Asha", ""), entity("FIP-BANK")), ErrorCode::InvalidInput,
                      "The field user.lastName is missing in the request"));
  EXPECT_FALSE(find("b@bank.test"));
}

// Suspension

TEST_F(AccountsTest, SuspensionEndsTokensAndLinksAndResumeLeadsBack) {
  const auto before = active("asha@bank.test");
  ASSERT_TRUE(done(activation_.request_password_reset(before.email, anonymous())));
  const auto token = newest_token("asha@bank.test");

  const auto suspended = accounts_.suspend(before.email, "left the bank", by_operator());
  ASSERT_TRUE(done(suspended));
  EXPECT_EQ(newest_audit_record(), "user.suspend done user:asha@bank.test: left the bank");
  EXPECT_EQ(suspended->status, UserStatus::Suspended);
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Suspended);
  EXPECT_EQ(find("asha@bank.test")->credential_version, before.credential_version + 1);
  EXPECT_FALSE(activation_.verify(token, anonymous()));

  const auto resumed = accounts_.resume(before.email, by_operator());
  ASSERT_TRUE(done(resumed));
  EXPECT_EQ(newest_audit_record(), "user.resume done user:asha@bank.test");
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Active);
  EXPECT_EQ(find("asha@bank.test")->credential_version, before.credential_version + 1);
  EXPECT_EQ(find("asha@bank.test")->status_before_suspension, std::nullopt);
  EXPECT_FALSE(activation_.verify(token, anonymous()));
}

TEST_F(AccountsTest, ResumeReturnsToTheStateBefore) {
  invited("invited@bank.test");
  invited("verified@bank.test");
  ASSERT_TRUE(done(activation_.verify(newest_token("verified@bank.test"), anonymous())));
  for (const auto* address : {"invited@bank.test", "verified@bank.test"}) {
    const auto before = find(address)->status;
    ASSERT_TRUE(done(accounts_.suspend(email(address), "mistake", by_operator())));
    ASSERT_TRUE(done(accounts_.resume(email(address), by_operator())));
    EXPECT_EQ(find(address)->status, before);
  }
}

TEST_F(AccountsTest, SuspensionAndResumeHappenOnce) {
  active("asha@bank.test");
  EXPECT_TRUE(refused(accounts_.resume(email("asha@bank.test"), by_operator()), ErrorCode::Conflict,
                      "The user is not suspended"));
  ASSERT_TRUE(done(accounts_.suspend(email("asha@bank.test"), "left", by_operator())));
  EXPECT_TRUE(refused(accounts_.suspend(email("asha@bank.test"), "left", by_operator()), ErrorCode::Conflict,
                      "The user is suspended already"));
  ASSERT_TRUE(done(accounts_.resume(email("asha@bank.test"), by_operator())));
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Active);
}

TEST_F(AccountsTest, OnlyAnOperatorSuspendsAndResumes) {
  active("asha@bank.test");
  active("ravi@bank.test");
  const auto ravi = by_admin("ravi@bank.test");
  EXPECT_TRUE(refused(accounts_.suspend(email("asha@bank.test"), "", ravi), ErrorCode::Unauthorized, kNoRight));
  EXPECT_EQ(newest_audit_record(), std::string("user.suspend refused user:asha@bank.test: ") + kNoRight);
  EXPECT_TRUE(refused(accounts_.resume(email("asha@bank.test"), ravi), ErrorCode::Unauthorized, kNoRight));
  EXPECT_TRUE(refused(accounts_.suspend(email("mistyped@bank.test"), "", ravi), ErrorCode::Unauthorized, kNoRight));
  EXPECT_TRUE(refused(accounts_.suspend(email("mistyped@bank.test"), "", by_operator()), ErrorCode::NotFound, kNoUser));
  EXPECT_TRUE(refused(accounts_.resume(email("mistyped@bank.test"), by_operator()), ErrorCode::NotFound, kNoUser));
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(AccountsTest, AnOperatorSuspendsAnotherButNotItself) {
  const auto self = by_operator();
  EXPECT_TRUE(refused(accounts_.suspend(email(self.actor.name), "", self), ErrorCode::Conflict,
                      "An operator cannot suspend itself"));
  ASSERT_TRUE(done(accounts_.create_operator(person("second@setu.test"), std::nullopt, command_line())));
  EXPECT_TRUE(done(accounts_.suspend(email("second@setu.test"), "left", self)));
  EXPECT_TRUE(done(accounts_.suspend(email(self.actor.name), "left", command_line())));
}

// Operators

TEST_F(AccountsTest, AnOperatorIsCreatedActiveWithAPasswordOrInvitedWithout) {
  ASSERT_TRUE(done(accounts_.create_operator(person("first@setu.test"), good_password(), command_line())));
  const auto first = *find("first@setu.test");
  EXPECT_TRUE(first.operator_role);
  EXPECT_EQ(first.status, UserStatus::Active);
  EXPECT_TRUE(hasher_.verify(first.password_hash, good_password()));
  EXPECT_EQ(first.password_set_at, test_.clock().now());
  EXPECT_THAT(mails_to("first@setu.test"), IsEmpty());
  EXPECT_EQ(newest_audit_record(), "operator.create done user:first@setu.test");

  ASSERT_TRUE(done(accounts_.create_operator(person("second@setu.test", "", ""), std::nullopt, command_line())));
  EXPECT_EQ(find("second@setu.test")->status, UserStatus::Invited);
  EXPECT_THAT(kinds_of_mails_to("second@setu.test"), ElementsAre("activation"));
  EXPECT_FALSE(store_holds(test::kGoodPassword));
}

TEST_F(AccountsTest, AnOperatorsPasswordKeepsTheRules) {
  EXPECT_TRUE(refused(accounts_.create_operator(person("first@setu.test"), Secret::copy_of("setu"), command_line()),
                      ErrorCode::InvalidInput, "The password must have at least 15 characters"));
  EXPECT_FALSE(find("first@setu.test"));
}

TEST_F(AccountsTest, OperatorsAreCreatedAndRemovedByTheCommandLineAlone) {
  const auto self = by_operator();
  EXPECT_TRUE(refused(accounts_.create_operator(person("second@setu.test"), std::nullopt, self),
                      ErrorCode::Unauthorized, kNoRight));
  EXPECT_TRUE(refused(accounts_.remove_operator(email(self.actor.name), self), ErrorCode::Unauthorized, kNoRight));
  EXPECT_EQ(newest_audit_record(), "operator.remove refused user:operator@setu.test: " + std::string(kNoRight));
  EXPECT_TRUE(find(self.actor.name)->operator_role);
}

TEST_F(AccountsTest, NoEntityAdminSuspendedUserOrOperatorBecomesAnOperator) {
  const auto bank = entity("FIP-BANK");
  make_admin(active("asha@bank.test"), bank);
  suspended("ravi@bank.test");
  const auto create = [&](std::string_view address) {
    return accounts_.create_operator(person(address), std::nullopt, command_line());
  };
  EXPECT_TRUE(refused(create("asha@bank.test"), ErrorCode::Conflict, "An entity admin cannot be an operator"));
  EXPECT_TRUE(refused(create("ravi@bank.test"), ErrorCode::Conflict, "The user is suspended"));
  EXPECT_TRUE(refused(create("operator@setu.test"), ErrorCode::AlreadyExists, "The user is an operator already"));
  EXPECT_FALSE(find("asha@bank.test")->operator_role);
  EXPECT_FALSE(find("ravi@bank.test")->operator_role);
}

TEST_F(AccountsTest, AnActiveUserBecomesAnOperatorWithTheirOwnPasswordAndTheirTokensEnd) {
  const auto before = active("asha@bank.test");
  EXPECT_TRUE(refused(accounts_.create_operator(person("asha@bank.test"), other_password(), command_line()),
                      ErrorCode::Conflict, "The user is active and keeps their own password: leave out the new one"));
  EXPECT_FALSE(find("asha@bank.test")->operator_role);

  ASSERT_TRUE(done(accounts_.create_operator(person("asha@bank.test", "", ""), std::nullopt, command_line())));
  const auto after = *find("asha@bank.test");
  EXPECT_EQ(newest_audit_record(), "operator.create done user:asha@bank.test");
  EXPECT_TRUE(after.operator_role);
  EXPECT_EQ(after.first_name, "Asha");
  EXPECT_EQ(after.password_hash, before.password_hash);
  // A user token of 180 days must not become an operator's.
  EXPECT_EQ(after.credential_version, before.credential_version + 1);
  EXPECT_THAT(kinds_of_mails_to("asha@bank.test"), ElementsAre("activation"));

  ASSERT_TRUE(done(accounts_.remove_operator(after.email, command_line())));
  ASSERT_TRUE(done(accounts_.create_operator(person("asha@bank.test"), std::nullopt, command_line())));
  EXPECT_TRUE(find("asha@bank.test")->operator_role);
}

TEST_F(AccountsTest, AnInvitedUserBecomesAnOperatorByAPasswordThatEndsTheirLinksOrByANewLink) {
  invited("asha@bank.test");
  const auto link = newest_token("asha@bank.test");
  ASSERT_TRUE(done(accounts_.create_operator(person("asha@bank.test"), other_password(), command_line())));
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Active);
  EXPECT_TRUE(hasher_.verify(find("asha@bank.test")->password_hash, other_password()));
  EXPECT_FALSE(activation_.set_password(link, good_password(), anonymous()));

  invited("ravi@bank.test");
  ASSERT_TRUE(done(accounts_.create_operator(person("ravi@bank.test"), std::nullopt, command_line())));
  EXPECT_TRUE(find("ravi@bank.test")->operator_role);
  EXPECT_EQ(find("ravi@bank.test")->status, UserStatus::Invited);
  EXPECT_THAT(kinds_of_mails_to("ravi@bank.test"), ElementsAre("activation", "activation"));
}

TEST_F(AccountsTest, ARemovedOperatorStaysAsAUser) {
  const auto self = by_operator();
  ASSERT_TRUE(done(accounts_.remove_operator(email(self.actor.name), command_line())));
  EXPECT_EQ(newest_audit_record(), "operator.remove done user:operator@setu.test");
  EXPECT_FALSE(find(self.actor.name)->operator_role);
  EXPECT_EQ(find(self.actor.name)->status, UserStatus::Active);
  for (const auto* address : {"operator@setu.test", "mistyped@setu.test"}) {
    EXPECT_TRUE(refused(accounts_.remove_operator(email(address), command_line()), ErrorCode::NotFound,
                        "There is no operator with this email"));
  }
}

// Reading

TEST_F(AccountsTest, UsersAreShownAndListedByEmail) {
  invited("ravi@bank.test");
  invited("asha@bank.test");
  EXPECT_EQ(accounts_.show(email("asha@bank.test"))->uuid, find("asha@bank.test")->uuid);
  EXPECT_TRUE(refused(accounts_.show(email("mira@bank.test")), ErrorCode::NotFound, kNoUser));
  const auto users = accounts_.list();
  ASSERT_TRUE(done(users));
  std::vector<std::string> emails;
  for (const auto& user : *users) emails.push_back(user.email.text());
  EXPECT_THAT(emails, ElementsAre("asha@bank.test", "operator@setu.test", "ravi@bank.test"));
}

TEST_F(AccountsTest, ChangeNothingWhileTheClockIsMoreThanAMinuteBehind) {
  const auto context = by_operator();
  test_.clock().advance(-60s - 1ms);
  const auto registered = accounts_.register_user(person("asha@bank.test"), context);
  ASSERT_FALSE(registered);
  EXPECT_EQ(registered.error().code, ErrorCode::Unavailable);
  test_.clock().advance(1ms);
  EXPECT_TRUE(done(accounts_.register_user(person("asha@bank.test"), context)));
}

}  // namespace
}  // namespace dwarpal::core
