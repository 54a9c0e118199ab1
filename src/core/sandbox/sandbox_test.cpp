#include "core/sandbox/sandbox.hpp"

#include "support/entity_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;

constexpr std::string_view kBadEntity = "Invalid entity id";

class SandboxTest : public test::EntityFixture {
 protected:
  Result<Instant> shift(Duration by, const CallContext& context) {
    return sandbox_.shift_clock(member_.id, by, context);
  }
  Result<Entity> register_mock(const std::string& id, const CallContext& context) {
    return sandbox_.register_mock(
        {.type = EntityType::FIP, .entity_info = {{"id", id}}, .envelope = {}, .designated_user = {}, .created_by = {}},
        context);
  }

  Sandbox sandbox_{test_.store(), process_.secrets, audit_, decision_clock_, random_, policy_};
};

TEST_F(SandboxTest, AShiftIsSetByTheEntitysAdminOrAnOperatorAndTellsTheEntitysTime) {
  EXPECT_EQ(shift(10 * 24h, by_admin()).value(), day(10));
  EXPECT_EQ(stored().clock_shift, 10 * 24h);
  EXPECT_EQ(shift(36h, by_operator()).value(), start_ + 36h);
  EXPECT_EQ(shift(1s, command_line()).value(), start_ + 1s);
  EXPECT_EQ(shift(0s, by_admin()).value(), start_);
  EXPECT_EQ(stored().clock_shift, 0s);
}

TEST_F(SandboxTest, AShiftIsMarkedInTheAuditTrailWithTheOneBefore) {
  ASSERT_TRUE(done(shift(10 * 24h, by_admin())));
  ASSERT_TRUE(done(shift(36h, by_admin())));
  EXPECT_EQ(newest_audit_record(), "entity.shift-clock done entity:FIP-1");
  EXPECT_EQ(audit_records().back().at("details"), (boost::json::value{{"shift", "P1DT12H"}, {"before", "P10D"}}));
}

TEST_F(SandboxTest, WhatHappensToSecretsUnderAShiftIsMarkedAsSuch) {
  const auto mark_of_newest = [&] {
    const auto record = audit_records().back();
    const auto* mark = record.at("details").as_object().if_contains("clockShift");
    return std::string(record.at("action").as_string()) + " " + (mark ? std::string(mark->as_string()) : "none");
  };
  const auto first = reset();
  EXPECT_EQ(use(first), "ok");
  EXPECT_EQ(mark_of_newest(), "entity-token.issue none");
  ASSERT_TRUE(done(shift(10 * 24h, by_admin())));
  EXPECT_EQ(use(first), "ok");
  EXPECT_EQ(mark_of_newest(), "entity-token.issue P10D");
  ASSERT_TRUE(done(process_.secrets.reset(reset_request(), by_admin())));
  EXPECT_EQ(mark_of_newest(), "secret.reset P10D");
  EXPECT_FALSE(read_secret().empty());
  EXPECT_EQ(mark_of_newest(), "secret.read P10D");
  ASSERT_TRUE(done(process_.secrets.revoke_replaced(member_.id, by_admin())));
  EXPECT_EQ(mark_of_newest(), "secret.revoke P10D");
  EXPECT_EQ(use(first), "401");
  EXPECT_EQ(mark_of_newest(), "entity-token.refuse P10D");
}

TEST_F(SandboxTest, AShiftIsNeitherNegativeNorLongerThanTenYearsOfDays) {
  constexpr std::string_view kTooLong = "shift must be at most P3650D";
  EXPECT_TRUE(done(shift(3650 * 24h, by_admin())));
  EXPECT_TRUE(refused(shift(3650 * 24h + 1ms, by_admin()), ErrorCode::InvalidInput, kTooLong));
  EXPECT_TRUE(refused(shift(-1ms, by_admin()), ErrorCode::InvalidInput, kTooLong));
  EXPECT_TRUE(refused(shift(Duration::max(), by_admin()), ErrorCode::InvalidInput, kTooLong));
  EXPECT_EQ(stored().clock_shift, 3650 * 24h);
}

TEST_F(SandboxTest, OthersAndUnknownEntitiesLookAlikeAndTheRefusalIsRecorded) {
  const auto stranger = by_user(active("stranger@other.test"));
  EXPECT_TRUE(refused(shift(1h, stranger), ErrorCode::Unauthorized, kBadEntity));
  EXPECT_EQ(newest_audit_record(), "entity.shift-clock refused entity:FIP-1: Invalid entity id");
  EXPECT_TRUE(refused(shift(1h, anonymous()), ErrorCode::Unauthorized, kBadEntity));
  EXPECT_TRUE(refused(shift(1h, by({.kind = Actor::Kind::Entity, .name = std::string(kId)})), ErrorCode::Unauthorized,
                      kBadEntity));
  EXPECT_TRUE(refused(sandbox_.shift_clock(EntityId("FIP-2"), 1h, by_operator()), ErrorCode::Unauthorized, kBadEntity));
  EXPECT_EQ(newest_audit_record(), "entity.shift-clock refused: Invalid entity id");
  EXPECT_EQ(stored().clock_shift, 0s);
}

TEST_F(SandboxTest, ASuspendedEntityTravelsForOperatorsOnlyAndADeregisteredOneForNobody) {
  ASSERT_TRUE(done(entities_.suspend(member_.id, "", by_operator())));
  EXPECT_TRUE(refused(shift(1h, by_admin()), ErrorCode::Unauthorized, kBadEntity));
  EXPECT_TRUE(done(shift(1h, by_operator())));
  ASSERT_TRUE(done(entities_.deregister(member_.id, "", by_operator())));
  EXPECT_TRUE(refused(shift(2h, by_operator()), ErrorCode::Unauthorized, kBadEntity));
  EXPECT_EQ(stored().clock_shift, 1h);
}

TEST_F(SandboxTest, OutsideASandboxNothingOfThisCanBeDone) {
  for (const auto profile : {Profile::Uat, Profile::Production}) {
    policy_.profile = profile;
    const std::string_view only = "This can be done in a sandbox only";
    EXPECT_TRUE(refused(shift(1h, command_line()), ErrorCode::Unauthorized, only));
    EXPECT_TRUE(refused(register_mock("MOCK-1", by_admin()), ErrorCode::Unauthorized, only));
  }
  EXPECT_EQ(stored().clock_shift, 0s);
}

TEST_F(SandboxTest, AMockEntityIsActiveWithASecretAndItsMakerIsItsAdmin) {
  const auto made = register_mock("MOCK-1", by_admin());
  ASSERT_TRUE(done(made));
  EXPECT_EQ(made->status, EntityStatus::Active);
  EXPECT_EQ(made->name, "MOCK-1");
  EXPECT_EQ(made->created_by, admin_.email.text());
  EXPECT_TRUE(is_admin(admin_.email.text(), *made));
  const auto secret = process_.secrets.read(made->id, by_admin());
  ASSERT_TRUE(done(secret));
  EXPECT_TRUE(done(process_.token(credentials(secret->secret.expose(), "MOCK-1"), anonymous())));
}

TEST_F(SandboxTest, AMockEntityIsRecordedWithItsRecord) {
  ASSERT_TRUE(done(register_mock("MOCK-1", by_admin())));
  std::vector<std::string> actions;
  for (const auto& record : audit_records()) {
    const auto* subject = record.if_contains("subject");
    if (subject != nullptr && *subject == "entity:MOCK-1") actions.emplace_back(record.at("action").as_string());
  }
  EXPECT_EQ(actions, (std::vector<std::string>{"secret.reset", "entity.activate", "entity.register-mock"}));
  EXPECT_EQ(audit_records().back().at("details").at("record").at("entityinfo").at("id"), "MOCK-1");
}

TEST_F(SandboxTest, AMockEntityTakesNoIdHandleOrKeyThatIsTaken) {
  EXPECT_TRUE(refused(register_mock("FIP-1", by_admin()), ErrorCode::Conflict, "Entity FIP-1 already exists"));
  EXPECT_TRUE(refused(register_mock("fip-1", by_admin()), ErrorCode::Conflict, "Entity fip-1 already exists"));
  EXPECT_EQ(newest_audit_record(), "entity.register-mock refused: Entity fip-1 already exists");
}

TEST_F(SandboxTest, AMockEntityIsMadeByAUserWhoIsNoOperator) {
  constexpr std::string_view kNotForThem = "User doesn't have access to make this request";
  for (const auto& context :
       {by_operator(), anonymous(), command_line(), by({.kind = Actor::Kind::Entity, .name = std::string(kId)})}) {
    EXPECT_TRUE(refused(register_mock("MOCK-1", context), ErrorCode::Unauthorized, kNotForThem));
    EXPECT_EQ(newest_audit_record(), "entity.register-mock refused: User doesn't have access to make this request");
  }
}

TEST_F(SandboxTest, AUserHasAtMostTwentyMockEntitiesThatAreNotDeregistered) {
  for (int number = 1; number <= 20; ++number) {
    ASSERT_TRUE(done(register_mock("MOCK-" + std::to_string(number), by_admin()))) << number;
  }
  EXPECT_TRUE(
      refused(register_mock("MOCK-21", by_admin()), ErrorCode::Conflict, "A user can have at most 20 mock entities"));
  EXPECT_TRUE(done(register_mock("MOCK-21", by_user(active("another@fip.test")))));
  ASSERT_TRUE(done(entities_.deregister(EntityId("MOCK-7"), "", by_operator())));
  EXPECT_TRUE(done(register_mock("MOCK-22", by_admin())));
  EXPECT_FALSE(register_mock("MOCK-23", by_admin()));
}

}  // namespace
}  // namespace dwarpal::core
