// Who is an admin of which entity, and who says so.
#include "base/text.hpp"
#include "core/user/accounts_fixture.hpp"

namespace dwarpal::core {
namespace {

using test::done;
using test::refused;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(AccountsTest, AnOperatorAddsAnEntityAdmin) {
  const auto bank = entity("FIP-BANK");
  active("asha@bank.test");
  ASSERT_TRUE(done(accounts_.add_entity_admin(email("asha@bank.test"), bank.id, by_operator())));
  EXPECT_EQ(newest_audit_record(), "role.add done user:asha@bank.test");
  EXPECT_EQ(audit_records().back().at("details").at("entity"), "FIP-BANK");
  EXPECT_TRUE(is_admin("asha@bank.test", bank));
}

TEST_F(AccountsTest, AnEntityAdminAddsAnotherOnItsOwnEntityOnly) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  const auto fund = entity("FIU-FUND", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  active("ravi@bank.test");
  const auto asha = by_admin("asha@bank.test");
  EXPECT_TRUE(done(accounts_.add_entity_admin(email("ravi@bank.test"), bank.id, asha)));
  EXPECT_TRUE(
      refused(accounts_.add_entity_admin(email("ravi@bank.test"), fund.id, asha), ErrorCode::Unauthorized, kNoEntity));
  EXPECT_EQ(newest_audit_record(), std::string("role.add refused user:ravi@bank.test: ") + kNoEntity);
  EXPECT_FALSE(is_admin("ravi@bank.test", fund));
}

TEST_F(AccountsTest, AnUnknownEntityLooksLikeAForbiddenOneAndIsNotRecorded) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  for (const auto& context : {by_admin("asha@bank.test"), by_operator()}) {
    EXPECT_TRUE(refused(accounts_.add_entity_admin(email("asha@bank.test"), EntityId("MISTYPED"), context),
                        ErrorCode::Unauthorized, kNoEntity));
    EXPECT_TRUE(refused(accounts_.remove_entity_admin(email("asha@bank.test"), EntityId("MISTYPED"), context),
                        ErrorCode::Unauthorized, kNoEntity));
  }
  EXPECT_FALSE(store_holds("MISTYPED"));
}

TEST_F(AccountsTest, RightsComeBeforeTheQuestionWhetherTheUserExists) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  active("asha@bank.test");
  EXPECT_TRUE(refused(accounts_.add_entity_admin(email("mistyped@bank.test"), bank.id, by_admin("asha@bank.test")),
                      ErrorCode::Unauthorized, kNoEntity));
  EXPECT_TRUE(refused(accounts_.add_entity_admin(email("mistyped@bank.test"), bank.id, by_operator()),
                      ErrorCode::NotFound, kNoUser));
  EXPECT_EQ(newest_audit_record(), std::string("role.add refused: ") + kNoUser);
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(AccountsTest, LinkingTwiceIsNoErrorAndToldOnce) {
  const auto bank = entity("FIP-BANK");
  active("asha@bank.test");
  ASSERT_TRUE(done(accounts_.add_entity_admin(email("asha@bank.test"), bank.id, by_operator())));
  ASSERT_TRUE(done(accounts_.add_entity_admin(email("asha@bank.test"), bank.id, by_operator())));
  EXPECT_EQ(told("asha@bank.test", "admin-added"), 1);
}

TEST_F(AccountsTest, AnOperatorIsNoEntityAdminNorAddsItself) {
  const auto bank = entity("FIP-BANK");
  const auto context = by_operator();
  EXPECT_TRUE(refused(accounts_.add_entity_admin(email(context.actor.name), bank.id, context), ErrorCode::InvalidInput,
                      "An operator cannot be an entity admin"));
  EXPECT_FALSE(is_admin(context.actor.name, bank));
}

TEST_F(AccountsTest, AnEntityAddsAdminsWhereThePolicyAdmitsItAndItselfOnly) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  const auto fund = entity("FIU-FUND", EntityStatus::Active);
  active("asha@bank.test");
  const auto add = [&](const Entity& asks, const Entity& to) {
    return accounts_.add_entity_admin(email("asha@bank.test"), to.id, by_entity(asks));
  };
  EXPECT_TRUE(refused(add(bank, bank), ErrorCode::Unauthorized, kNoEntity));
  policy_.entity_tokens_may_add_users = true;
  EXPECT_TRUE(refused(add(fund, bank), ErrorCode::Unauthorized, kNoEntity));
  EXPECT_TRUE(done(add(bank, bank)));
  make_admin(active("ravi@bank.test"), bank);
  EXPECT_TRUE(refused(accounts_.remove_entity_admin(email("ravi@bank.test"), bank.id, by_entity(bank)),
                      ErrorCode::Unauthorized, kNoEntity));
  set_status(bank, EntityStatus::Suspended);
  EXPECT_TRUE(refused(add(bank, bank), ErrorCode::Unauthorized, kNoEntity));
}

TEST_F(AccountsTest, WhileAnEntityIsSuspendedOnlyAnOperatorChangesItsAdmins) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("ravi@bank.test"), bank);
  active("mira@bank.test");
  set_status(bank, EntityStatus::Suspended);
  const auto asha = by_admin("asha@bank.test");
  EXPECT_TRUE(
      refused(accounts_.add_entity_admin(email("mira@bank.test"), bank.id, asha), ErrorCode::Unauthorized, kNoEntity));
  EXPECT_TRUE(refused(accounts_.remove_entity_admin(email("ravi@bank.test"), bank.id, asha), ErrorCode::Unauthorized,
                      kNoEntity));
  EXPECT_TRUE(done(accounts_.add_entity_admin(email("mira@bank.test"), bank.id, by_operator())));
  EXPECT_TRUE(done(accounts_.remove_entity_admin(email("ravi@bank.test"), bank.id, by_operator())));
}

TEST_F(AccountsTest, NobodyChangesTheAdminsOfADeregisteredEntity) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  active("mira@bank.test");
  set_status(bank, EntityStatus::Deregistered);
  for (const auto& context : {by_admin("asha@bank.test"), by_operator()}) {
    EXPECT_TRUE(refused(accounts_.add_entity_admin(email("mira@bank.test"), bank.id, context), ErrorCode::Unauthorized,
                        kNoEntity));
    EXPECT_TRUE(refused(accounts_.remove_entity_admin(email("asha@bank.test"), bank.id, context),
                        ErrorCode::Unauthorized, kNoEntity));
  }
}

TEST_F(AccountsTest, AnAdminOfARegisteredEntityAddsAnother) {
  const auto bank = entity("FIP-BANK", EntityStatus::Registered);
  make_admin(active("asha@bank.test"), bank);
  active("ravi@bank.test");
  EXPECT_TRUE(done(accounts_.add_entity_admin(email("ravi@bank.test"), bank.id, by_admin("asha@bank.test"))));
}

TEST_F(AccountsTest, RemovedOnceMeansNotLinkedAndLooksLikeUnknown) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("ravi@bank.test"), bank);
  const auto remove = [&](std::string_view address) {
    return accounts_.remove_entity_admin(email(address), bank.id, by_admin("asha@bank.test"));
  };
  ASSERT_TRUE(done(remove("ravi@bank.test")));
  EXPECT_EQ(newest_audit_record(), "role.remove done user:ravi@bank.test");
  EXPECT_FALSE(is_admin("ravi@bank.test", bank));
  EXPECT_TRUE(refused(remove("ravi@bank.test"), ErrorCode::NotFound, kNoUser));
  EXPECT_TRUE(refused(remove("mistyped@bank.test"), ErrorCode::NotFound, kNoUser));
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(AccountsTest, ActiveOperatorsAreToldOnceWhenAnActiveEntityLosesItsLastActiveAdmin) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  const auto fund = entity("FIU-FUND", EntityStatus::Active);
  by_operator();
  ASSERT_TRUE(done(accounts_.create_operator(person("second@setu.test"), good_password(), command_line())));
  ASSERT_TRUE(done(accounts_.create_operator(person("invited@setu.test"), std::nullopt, command_line())));
  ASSERT_TRUE(done(accounts_.create_operator(person("left@setu.test"), good_password(), command_line())));
  ASSERT_TRUE(done(accounts_.suspend(email("left@setu.test"), "left", by_operator())));
  const auto asha = active("asha@bank.test");
  for (const auto& member : {bank, fund}) make_admin(asha, member);
  make_admin(active("ravi@bank.test"), bank);
  make_admin(invited("new@bank.test"), bank);
  constexpr auto kKind = "last-admin-lost";

  ASSERT_TRUE(done(accounts_.remove_entity_admin(email("ravi@bank.test"), bank.id, by_operator())));
  EXPECT_EQ(told("operator@setu.test", kKind), 0);
  ASSERT_TRUE(done(accounts_.suspend(asha.email, "an incident", by_operator())));
  for (const auto* address : {"operator@setu.test", "second@setu.test"}) EXPECT_EQ(told(address, kKind), 2) << address;
  for (const auto* address : {"invited@setu.test", "left@setu.test", "asha@bank.test", "new@bank.test"}) {
    EXPECT_EQ(told(address, kKind), 0) << address;
  }
  // Who is suspended already is not lost again.
  ASSERT_TRUE(done(accounts_.remove_entity_admin(asha.email, bank.id, by_operator())));
  EXPECT_EQ(told("operator@setu.test", kKind), 2);

  ASSERT_TRUE(done(accounts_.resume(asha.email, by_operator())));
  ASSERT_TRUE(done(accounts_.remove_entity_admin(asha.email, fund.id, by_operator())));
  EXPECT_EQ(told("operator@setu.test", kKind), 3);
  EXPECT_THAT(mails_to("operator@setu.test").back().mail.subject, HasSubstr("FIU-FUND"));
}

TEST_F(AccountsTest, NobodyIsToldOfTheLastAdminOfAnEntityThatIsNotActive) {
  for (const auto status : {EntityStatus::Registered, EntityStatus::Suspended}) {
    const auto bank = entity("FIP-" + std::string(to_string(status)));
    const auto asha = active("asha@" + to_lower(to_string(status)) + ".test");
    make_admin(asha, bank);
    set_status(bank, status);
    ASSERT_TRUE(done(accounts_.suspend(asha.email, "left", by_operator())));
  }
  EXPECT_EQ(told("operator@setu.test", "last-admin-lost"), 0);
}

TEST_F(AccountsTest, WhoWasRemovedHasNoRightAnyMore) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("ravi@bank.test"), bank);
  const auto ravi = by_admin("ravi@bank.test");
  ASSERT_TRUE(done(accounts_.remove_entity_admin(email("ravi@bank.test"), bank.id, by_admin("asha@bank.test"))));
  EXPECT_TRUE(
      refused(accounts_.add_entity_admin(email("ravi@bank.test"), bank.id, ravi), ErrorCode::Unauthorized, kNoEntity));
}

TEST_F(AccountsTest, TheLastActiveAdminIsRemovedByAnOperatorOnly) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  make_admin(invited("new@bank.test"), bank);
  make_admin(active("left@bank.test"), bank);
  ASSERT_TRUE(done(accounts_.suspend(email("left@bank.test"), "left", by_operator())));
  const auto asha = by_admin("asha@bank.test");

  EXPECT_TRUE(refused(accounts_.remove_entity_admin(email("asha@bank.test"), bank.id, asha), ErrorCode::Conflict,
                      "The last active admin of an entity cannot be removed"));
  EXPECT_TRUE(is_admin("asha@bank.test", bank));
  EXPECT_TRUE(done(accounts_.remove_entity_admin(email("new@bank.test"), bank.id, asha)));   // is not active
  EXPECT_TRUE(done(accounts_.remove_entity_admin(email("left@bank.test"), bank.id, asha)));  // nor is this one
  EXPECT_TRUE(done(accounts_.remove_entity_admin(email("asha@bank.test"), bank.id, by_operator())));
  EXPECT_FALSE(is_admin("asha@bank.test", bank));
}

TEST_F(AccountsTest, OneOfTwoActiveAdminsMayRemoveItself) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("ravi@bank.test"), bank);
  EXPECT_TRUE(done(accounts_.remove_entity_admin(email("asha@bank.test"), bank.id, by_admin("asha@bank.test"))));
}

TEST_F(AccountsTest, ChangesOfAdminsAreToldToAllActiveAdmins) {
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(active("asha@bank.test"), bank);
  make_admin(active("ravi@bank.test"), bank);
  EXPECT_EQ(told("asha@bank.test", "admin-added"), 2);  // of itself, and of the other
  EXPECT_EQ(told("ravi@bank.test", "admin-added"), 1);
  make_admin(invited("new@bank.test"), bank);
  EXPECT_EQ(told("asha@bank.test", "admin-added"), 3);
  EXPECT_EQ(told("new@bank.test", "admin-added"), 0);  // is not active yet
  const auto mail = std::move(mails_to("asha@bank.test").back());
  EXPECT_THAT(std::string(mail.text.expose()), HasSubstr("new@bank.test"));
  EXPECT_THAT(std::string(mail.text.expose()), HasSubstr("FIP-BANK"));

  ASSERT_TRUE(done(accounts_.remove_entity_admin(email("ravi@bank.test"), bank.id, by_operator())));
  EXPECT_EQ(told("asha@bank.test", "admin-removed"), 1);
  EXPECT_EQ(told("ravi@bank.test", "admin-removed"), 1);  // the one who is removed, too
  EXPECT_EQ(told("new@bank.test", "admin-removed"), 0);
}

// The designated user of a new entity

TEST_F(AccountsTest, ADesignatedUserWhoIsNewIsInvitedAndAdmin) {
  const auto bank = entity("FIP-BANK");
  ASSERT_TRUE(done(designate(person("asha@bank.test"), bank)));
  EXPECT_EQ(find("asha@bank.test")->status, UserStatus::Invited);
  EXPECT_TRUE(is_admin("asha@bank.test", bank));
  EXPECT_THAT(kinds_of_mails_to("asha@bank.test"), ElementsAre("activation"));
  std::vector<std::string> records;
  for (const auto& record : audit_records()) records.push_back(in_short(record));
  EXPECT_THAT(records, Contains("user.register done user:asha@bank.test"));
  EXPECT_THAT(records, Contains("role.add done user:asha@bank.test"));
}

TEST_F(AccountsTest, ADesignatedUserWhoExistsIsLinkedAndNotChanged) {
  const auto bank = entity("FIP-BANK");
  const auto before = active("asha@bank.test");
  ASSERT_TRUE(done(designate(person("asha@bank.test", "", ""), bank)));
  EXPECT_EQ(find("asha@bank.test")->first_name, before.first_name);
  EXPECT_EQ(find("asha@bank.test")->credential_version, before.credential_version);
  EXPECT_TRUE(is_admin("asha@bank.test", bank));
  EXPECT_EQ(told("asha@bank.test", "admin-added"), 1);
}

TEST_F(AccountsTest, NoSuspendedUserAndNoOperatorIsDesignated) {
  const auto bank = entity("FIP-BANK");
  suspended("asha@bank.test");
  EXPECT_TRUE(refused(designate(person("asha@bank.test"), bank), ErrorCode::InvalidInput,
                      "The field user.email names a suspended user"));
  EXPECT_TRUE(refused(designate(person("operator@setu.test"), bank), ErrorCode::InvalidInput,
                      "The field user.email: An operator cannot be an entity admin"));
  EXPECT_TRUE(refused(designate(person("ravi@bank.test", "Ravi\n"), bank), ErrorCode::InvalidInput,
                      "The field user.firstName must be one line of at most 255 bytes"));
  EXPECT_FALSE(find("ravi@bank.test"));
}

}  // namespace
}  // namespace dwarpal::core
