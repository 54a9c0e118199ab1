#include "core/entity/entities.hpp"

#include "base/json.hpp"
#include "support/entity_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using test::done;
using test::refused;

constexpr std::string_view kNoAccess = "User doesn't have access to make this request";

class EntitiesTest : public test::EntityFixture {
 protected:
  static EntityRegistration example(const std::string& file, EntityType type) {
    std::ifstream stream(std::string(DWARPAL_EXAMPLES) + "/" + file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    auto envelope = parse_json(text).value().value.as_object();
    return {.type = type,
            .entity_info = envelope.at("entityinfo").as_object(),
            .envelope = envelope,
            .designated_user = std::nullopt,
            .created_by = {}};
  }
  static EntityRegistration aa() { return example("aa.json", EntityType::AA); }
  static EntityRegistration fip() { return example("fip.json", EntityType::FIP); }

  Result<Entity> register_entity(const EntityRegistration& registration) {
    return entities_.register_entity(registration, by_operator());
  }
  object record_of(const Entity& entity) {
    return read([&](Transaction& transaction) { return transaction.registry().find(entity.uuid); }).value().record;
  }
  EntityStatus status() { return stored().status; }
  Result<Entity> suspend() { return entities_.suspend(member_.id, "an incident", by_operator()); }
  Result<Entity> resume() { return entities_.resume(member_.id, by_operator()); }
  Result<Entity> deregister() { return entities_.deregister(member_.id, "has left", by_operator()); }
};

TEST_F(EntitiesTest, ARegisteredEntityIsThereWithItsRecord) {
  const auto registered = register_entity(fip());
  ASSERT_TRUE(done(registered));
  EXPECT_EQ(registered->id, EntityId("EXAMPLE_BANK_SANDBOX_FIP"));
  EXPECT_EQ(registered->name, "Example Bank Limited");
  EXPECT_EQ(registered->status, EntityStatus::Registered);
  EXPECT_EQ(registered->type, EntityType::FIP);
  const auto shown = entities_.show(registered->id).value();
  EXPECT_EQ(shown.uuid, registered->uuid);
  EXPECT_EQ(shown.created_by, "operator@setu.test");
  EXPECT_EQ(record_of(*registered).at("txnid"), "cc4ef9f7-f9d2-4e0b-9299-9af874188f8f");
}

TEST_F(EntitiesTest, ARegistrationIsRecordedWithWhatWasWritten) {
  auto registration = fip();
  registration.created_by = "the onboarding desk";
  registration.envelope["status"] = "ACTIVE";
  registration.designated_user = person("admin@bank.test");
  const auto registered = register_entity(registration).value();
  EXPECT_EQ(registered.created_by, "the onboarding desk");
  const auto record = audit_records().back();
  EXPECT_EQ(in_short(record), "entity.register done entity:EXAMPLE_BANK_SANDBOX_FIP");
  EXPECT_EQ(record.at("details"), (object{{"type", "FIP"},
                                          {"createdBy", "the onboarding desk"},
                                          {"status", "ACTIVE"},
                                          {"designatedUser", "admin@bank.test"},
                                          {"record", record_of(registered)}}));
}

TEST_F(EntitiesTest, ARecordHasTheTimeAndIdOfItsWriteWhereTheRequestHadNone) {
  auto registration = fip();
  for (const auto* name : {"ver", "timestamp", "txnid"}) registration.envelope.erase(name);
  const auto record = record_of(register_entity(registration).value());
  EXPECT_EQ(record.at("ver"), "2.0.0");
  EXPECT_EQ(record.at("timestamp"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(record.at("txnid"), "txn");
}

TEST_F(EntitiesTest, TheDesignatedUserIsInvitedAndEntityAdmin) {
  auto registration = fip();
  registration.designated_user = person("admin@bank.test");
  const auto registered = register_entity(registration).value();
  EXPECT_TRUE(is_admin("admin@bank.test", registered));
  EXPECT_EQ(find("admin@bank.test")->status, UserStatus::Invited);
  EXPECT_FALSE(mails_to("admin@bank.test").empty());
}

TEST_F(EntitiesTest, ADesignatedUserWhoCannotBeOneLeavesNothingBehind) {
  suspended("admin@bank.test");
  auto registration = fip();
  registration.designated_user = person("admin@bank.test");
  EXPECT_EQ(register_entity(registration).error().code, ErrorCode::InvalidInput);
  EXPECT_EQ(entities_.show(EntityId("EXAMPLE_BANK_SANDBOX_FIP")).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(done(register_entity(fip())));
}

TEST_F(EntitiesTest, AnIdIsTakenOnceInAnyCaseAndForEver) {
  const auto registered = register_entity(fip()).value();
  auto again = fip();
  again.entity_info["certificate"] = aa().entity_info.at("certificate");
  EXPECT_TRUE(refused(register_entity(again), ErrorCode::AlreadyExists, "Client already exists"));
  EXPECT_EQ(newest_audit_record(), "entity.register refused: Client already exists");
  again.entity_info["id"] = "example_bank_sandbox_fip";
  EXPECT_TRUE(refused(register_entity(again), ErrorCode::AlreadyExists, "Client already exists"));
  ASSERT_TRUE(done(entities_.deregister(registered.id, "has left", by_operator())));
  EXPECT_TRUE(refused(register_entity(again), ErrorCode::AlreadyExists, "Client already exists"));
  again.entity_info["id"] = "EXAMPLE_BANK_SANDBOX_FIP_2";
  EXPECT_TRUE(done(register_entity(again)));
}

TEST_F(EntitiesTest, AHandleIsTakenOnceInAnyCase) {
  ASSERT_TRUE(done(register_entity(aa())));
  auto again = aa();
  again.entity_info["id"] = "ANOTHER_AA";
  again.entity_info["certificate"] = fip().entity_info.at("certificate");
  again.entity_info["entityhandle"] = "@EXAMPLEAA";
  EXPECT_TRUE(refused(register_entity(again), ErrorCode::InvalidInput, "entityhandle is taken by another entity"));
  again.entity_info["entityhandle"] = "@exampleab";
  EXPECT_TRUE(done(register_entity(again)));
}

TEST_F(EntitiesTest, AKidIsTakenOnce) {
  ASSERT_TRUE(done(register_entity(fip())));
  auto again = fip();
  again.entity_info["id"] = "ANOTHER_FIP";
  EXPECT_TRUE(
      refused(register_entity(again), ErrorCode::InvalidInput, "certificate has a kid that another entity's has"));
  again.entity_info["certificate"].as_object()["kid"] = "another";
  EXPECT_TRUE(done(register_entity(again)));
}

TEST_F(EntitiesTest, ABrokenRecordIsRefusedBeforeRightsAreLookedAt) {
  auto broken = fip();
  broken.entity_info.erase("baseurl");
  EXPECT_TRUE(refused(entities_.register_entity(broken, by_admin()), ErrorCode::InvalidInput, "baseurl is required"));
  EXPECT_EQ(newest_audit_record(), "entity.register refused: baseurl is required");
}

TEST_F(EntitiesTest, ChangesAreForOperators) {
  for (const auto& context : {by_admin(), anonymous()}) {
    EXPECT_TRUE(refused(entities_.register_entity(fip(), context), ErrorCode::Unauthorized, kNoAccess));
    EXPECT_EQ(newest_audit_record(), "entity.register refused: " + std::string(kNoAccess));
    EXPECT_TRUE(refused(entities_.suspend(member_.id, "why", context), ErrorCode::Unauthorized, kNoAccess));
    EXPECT_TRUE(refused(entities_.resume(member_.id, context), ErrorCode::Unauthorized, kNoAccess));
    EXPECT_TRUE(refused(entities_.deregister(member_.id, "why", context), ErrorCode::Unauthorized, kNoAccess));
    EXPECT_EQ(newest_audit_record(), "entity.deregister refused entity:FIP-1: " + std::string(kNoAccess));
    EXPECT_TRUE(refused(entities_.suspend(EntityId("a-typo"), "why", context), ErrorCode::Unauthorized, kNoAccess));
  }
  EXPECT_EQ(status(), EntityStatus::Registered);
  EXPECT_FALSE(store_holds("a-typo"));
  EXPECT_TRUE(done(entities_.suspend(member_.id, "why", command_line())));
}

TEST_F(EntitiesTest, AResumedEntityIsWhatItWasBefore) {
  ASSERT_TRUE(done(suspend()));
  EXPECT_EQ(newest_audit_record(), "entity.suspend done entity:FIP-1: an incident");
  EXPECT_EQ(status(), EntityStatus::Suspended);
  EXPECT_EQ(resume().value().status, EntityStatus::Registered);
  EXPECT_EQ(newest_audit_record(), "entity.resume done entity:FIP-1");
  reset();
  ASSERT_TRUE(done(suspend()));
  ASSERT_TRUE(done(resume()));
  EXPECT_EQ(status(), EntityStatus::Active);
}

TEST_F(EntitiesTest, WhatDoesNotFitTheStatusIsAConflict) {
  EXPECT_TRUE(refused(resume(), ErrorCode::Conflict, "Entity is not suspended"));
  EXPECT_EQ(newest_audit_record(), "entity.resume refused entity:FIP-1: Entity is not suspended");
  ASSERT_TRUE(done(suspend()));
  EXPECT_TRUE(refused(suspend(), ErrorCode::Conflict, "Entity is suspended already"));
  ASSERT_TRUE(done(deregister()));
  EXPECT_EQ(newest_audit_record(), "entity.deregister done entity:FIP-1: has left");
  EXPECT_EQ(status(), EntityStatus::Deregistered);
  for (const auto& answer : {suspend(), resume(), deregister()}) {
    EXPECT_TRUE(refused(answer, ErrorCode::Conflict, "Entity is deregistered"));
  }
  EXPECT_TRUE(
      refused(entities_.suspend(EntityId("FIU-1"), "why", by_operator()), ErrorCode::NotFound, "Entity not found"));
}

TEST_F(EntitiesTest, ASuspensionEndsTokensOfItsWholeSecondAndOfThoseThatCutsBeforeItDated) {
  ASSERT_TRUE(done(suspend()));
  EXPECT_EQ(stored().tokens_not_before, start_ + 1s);
  ASSERT_TRUE(done(resume()));
  EXPECT_EQ(stored().tokens_not_before, start_ + 1s);
  test_.clock().advance(1ms);
  ASSERT_TRUE(done(suspend()));
  EXPECT_EQ(stored().tokens_not_before, start_ + 2s);
  ASSERT_TRUE(done(resume()));
  test_.clock().advance(1h);
  ASSERT_TRUE(done(suspend()));
  EXPECT_EQ(stored().tokens_not_before, start_ + 1h + 1s);
}

TEST_F(EntitiesTest, DeregistrationEndsTheLinksOfThoseWhoHaveNoOtherEntity) {
  const auto other = entity("FIU-1");
  for (const auto* address : {"only@fip.test", "both@fip.test"}) make_admin(invited(address), member_);
  make_admin(*find("both@fip.test"), other);
  ASSERT_TRUE(done(deregister()));
  const auto has_open_link = [&](std::string_view address) {
    return read([&](Transaction& transaction) {
             return transaction.links().newest_open(find(address)->uuid, LinkPurpose::Activation, start_);
           })
        .has_value();
  };
  EXPECT_FALSE(has_open_link("only@fip.test"));
  EXPECT_TRUE(has_open_link("both@fip.test"));
  // What was deregistered before counts no more.
  ASSERT_TRUE(done(entities_.deregister(other.id, "has left", by_operator())));
  EXPECT_FALSE(has_open_link("both@fip.test"));
}

TEST_F(EntitiesTest, AreListedById) {
  entity("AA-1");
  entity("FIU-1");
  const auto ids = [&](const char* after, std::size_t limit) {
    std::vector<std::string> found;
    const auto listed = entities_.list(EntityId(after), limit).value();
    for (const auto& each : listed) found.push_back(each.id.text());
    return found;
  };
  EXPECT_EQ(ids("", 10), (std::vector<std::string>{"AA-1", "FIP-1", "FIU-1"}));
  EXPECT_EQ(ids("AA-1", 1), (std::vector<std::string>{"FIP-1"}));
  EXPECT_TRUE(ids("FIU-1", 10).empty());
}

}  // namespace
}  // namespace dwarpal::core
