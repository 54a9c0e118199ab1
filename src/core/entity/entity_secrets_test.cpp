#include "core/entity/entity_secrets.hpp"

#include <limits>

#include "support/entity_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;

constexpr std::string_view kDefaultMessage =
    "The expiry is set to 180 days by default, as the user didn't specify or exceeded the default limit.";

class EntitySecretsTest : public test::EntityFixture {
 protected:
  EntitySecrets& secrets() { return process_.secrets; }
  ReadableSecret reset_until(Instant token_expires_at, std::optional<std::int64_t> days) {
    auto answer = secrets().reset(reset_request(days), by_admin_until(token_expires_at));
    EXPECT_TRUE(done(answer));
    return *std::move(answer);
  }
  std::vector<SecretStatus> status() { return secrets().status(member_.id, by_admin()).value(); }

  /// Each call on secrets; how many were refused like an unknown entity.
  int calls_refused(const EntityId& id, const CallContext& context) {
    const auto is_refused = [](const auto& answer) {
      return refused(answer, ErrorCode::Unauthorized, "Invalid entity id") ? 1 : 0;
    };
    return is_refused(secrets().reset({.entity = id, .expiry_days = {}}, context)) +
           is_refused(secrets().read(id, context)) + is_refused(secrets().status(id, context)) +
           is_refused(secrets().revoke_replaced(id, context));
  }
};

TEST_F(EntitySecretsTest, AreMadeOf256BitsInCharactersThatFormsTakeUnencoded) {
  const auto made = reset();
  EXPECT_EQ(made.secret.size(), 43U);
  EXPECT_EQ(made.secret.expose().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string_view::npos);
  EXPECT_NE(made.secret.expose(), reset().secret.expose());
}

TEST_F(EntitySecretsTest, AResetWithinTheMaximumHasNothingToSay) {
  EXPECT_EQ(reset(180).message, "");
  EXPECT_EQ(reset(1).message, "");
  EXPECT_EQ(reset(1).expires_at, day(1));
}

TEST_F(EntitySecretsTest, AResetSaysThatItTookTheDefaultOrTheMaximum) {
  EXPECT_EQ(reset().message, kDefaultMessage);
  EXPECT_EQ(reset(181).message, kDefaultMessage);
  EXPECT_EQ(reset().expires_at, day(180));
  EXPECT_EQ(reset(181).expires_at, day(180));
}

TEST_F(EntitySecretsTest, AResetNamesTheConfiguredNumberOfDays) {
  policy_.secret_validity_default = std::chrono::days(30);
  policy_.secret_validity_maximum = std::chrono::days(90);
  EXPECT_EQ(reset().expires_at, day(30));
  EXPECT_TRUE(reset().message.starts_with("The expiry is set to 30 days by default"));
  EXPECT_EQ(reset(91).expires_at, day(90));
  EXPECT_TRUE(reset(91).message.starts_with("The expiry is set to 90 days by default"));
  EXPECT_EQ(reset(90).message, "");
}

TEST_F(EntitySecretsTest, AResetTakesAnyNumberOfDaysFrom1On) {
  EXPECT_EQ(reset(std::numeric_limits<std::int64_t>::max()).expires_at, day(180));
  for (const std::int64_t days : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_TRUE(refused(secrets().reset(reset_request(days), by_admin()), ErrorCode::InvalidInput,
                        "secretExpiryDays must be an integer of at least 1"));
  }
}

TEST_F(EntitySecretsTest, ATokenThatCutsTheExpiryByLessThanADayIsNotMentioned) {
  const auto almost = reset_until(day(179) + 1ms, 180);
  EXPECT_EQ(almost.expires_at, day(179) + 1ms);
  EXPECT_EQ(almost.message, "");
  const auto cut = reset_until(day(179), 180);
  EXPECT_EQ(cut.expires_at, day(179));
  EXPECT_EQ(cut.message,
            "The expiry is limited to 2026-06-29T00:00:00.000Z, when the user token of this request expires.");
}

TEST_F(EntitySecretsTest, ATokenThatOutlivesTheSecretDoesNotLimitIt) {
  EXPECT_EQ(reset_until(day(181), 180).expires_at, day(180));
  EXPECT_EQ(reset_until(day(180), 180).message, "");
}

TEST_F(EntitySecretsTest, ADefaultThatTheTokenCutsTellsBoth) {
  const auto both = reset_until(day(12), std::nullopt);
  EXPECT_EQ(both.expires_at, day(12));
  EXPECT_EQ(both.message,
            std::string(kDefaultMessage) +
                " The expiry is limited to 2026-01-13T00:00:00.000Z, when the user token of this request expires.");
}

TEST_F(EntitySecretsTest, ATokenLimitsNothingWhereThePolicySaysSo) {
  policy_.user_token_limits_secret = false;
  const auto made = reset_until(day(12), 100);
  EXPECT_EQ(made.expires_at, day(100));
  EXPECT_EQ(made.message, "");
}

TEST_F(EntitySecretsTest, TheFirstResetMakesTheEntityActive) {
  EXPECT_EQ(stored().status, EntityStatus::Registered);
  const auto made = reset();
  EXPECT_EQ(stored().status, EntityStatus::Active);
  EXPECT_EQ(newest_audit_record(), "entity.activate done entity:FIP-1");
  EXPECT_EQ(use(made), "ok");
}

TEST_F(EntitySecretsTest, AResetIsRecordedWithItsNumberAndWhatWasAskedFor) {
  reset(30);
  auto request = reset_request();
  request.old_secrets = OldSecrets::End;
  ASSERT_TRUE(done(secrets().reset(request, by_admin())));
  const auto record = audit_records().back();
  EXPECT_EQ(in_short(record), "secret.reset done entity:FIP-1");
  EXPECT_EQ(record.at("actor"), "admin@fip.test");
  EXPECT_EQ(record.at("details"), (boost::json::object{{"number", 2}, {"revokeOld", true}, {"ended", {1}}}));
  const auto first = audit_records().at(audit_records().size() - 3);
  EXPECT_EQ(first.at("details"), (boost::json::object{{"number", 1}, {"expiryDays", 30}, {"revokeOld", false}}));
}

TEST_F(EntitySecretsTest, ARefusedResetLeavesNothingBehind) {
  reset(180);
  const auto before = status().size();
  EXPECT_FALSE(secrets().reset(reset_request(180), by_operator()));
  EXPECT_EQ(status().size(), before);
}

TEST_F(EntitySecretsTest, AreForAnAdminOfTheEntityOnly) {
  reset();
  const auto other = active("admin@other.test");
  make_admin(other, entity("FIU-1"));
  CallContext as_entity = anonymous();
  as_entity.actor = {.kind = Actor::Kind::Entity, .name = std::string(kId)};
  for (const auto& context : {by_user(other), as_entity, anonymous()}) {
    EXPECT_EQ(calls_refused(member_.id, context), 4);
    EXPECT_EQ(newest_audit_record(), "secret.revoke refused entity:FIP-1: Invalid entity id");
  }
  EXPECT_EQ(calls_refused(member_.id, by_admin()), 0);
}

TEST_F(EntitySecretsTest, OperatorsLookAndRevokeButNeitherResetNorRead) {
  reset();
  for (const auto& context : {by_operator(), command_line()}) {
    EXPECT_TRUE(refused(secrets().reset(reset_request(), context), ErrorCode::Unauthorized, "Invalid entity id"));
    EXPECT_TRUE(refused(secrets().read(member_.id, context), ErrorCode::Unauthorized, "Invalid entity id"));
    EXPECT_TRUE(done(secrets().status(member_.id, context)));
    EXPECT_TRUE(done(secrets().revoke_replaced(member_.id, context)));
  }
}

TEST_F(EntitySecretsTest, AnUnknownEntityLooksLikeAForbiddenOneAndIsNotRecorded) {
  for (const auto& context : {by_admin(), by_operator()}) {
    EXPECT_EQ(calls_refused(EntityId("a-typo"), context), 4);
    EXPECT_EQ(calls_refused(EntityId("fip-1"), context), 4) << "ids are case-sensitive";
  }
  EXPECT_EQ(newest_audit_record(), "secret.revoke refused: Invalid entity id");
  EXPECT_FALSE(store_holds("a-typo"));
}

TEST_F(EntitySecretsTest, ASuspendedOrDeregisteredEntityLooksLikeAForbiddenOne) {
  reset();
  for (const auto status : {EntityStatus::Suspended, EntityStatus::Deregistered}) {
    set_status(stored(), status);
    EXPECT_EQ(calls_refused(member_.id, by_admin()), 4);
    EXPECT_EQ(audit_records().back().at("details").at("status").as_string(), to_string(status));
  }
}

TEST_F(EntitySecretsTest, AnOperatorLooksAtAndRevokesTheReplacedSecretsOfASuspendedEntity) {
  const auto first = reset();
  at(day(1));
  reset();
  set_status(stored(), EntityStatus::Suspended);
  for (const auto& context : {by_operator(), command_line()}) {
    EXPECT_TRUE(refused(secrets().read(member_.id, context), ErrorCode::Unauthorized, "Invalid entity id"));
    EXPECT_TRUE(refused(secrets().reset(reset_request(), context), ErrorCode::Unauthorized, "Invalid entity id"));
  }
  EXPECT_EQ(secrets().status(member_.id, by_operator()).value().size(), 2U);
  EXPECT_EQ(secrets().revoke_replaced(member_.id, by_operator()).value(), 1);
  set_status(stored(), EntityStatus::Active);
  EXPECT_EQ(use(first), "401");

  set_status(stored(), EntityStatus::Deregistered);
  EXPECT_EQ(calls_refused(member_.id, by_operator()), 4);
}

TEST_F(EntitySecretsTest, AResetErasesTheTextsOfOlderSecretsWhichWorkOnByTheirDigest) {
  const auto first = reset();
  at(day(1));
  const auto second = reset();
  EXPECT_EQ(use(first), replaced_until(day(6)));
  EXPECT_EQ(read_secret(), second.secret.expose());
  // Without the newest, what is left of the first would be answered.
  write([&](Transaction& transaction) { return transaction.secrets().erase_texts_before(member_.uuid, 3); });
  EXPECT_FALSE(secrets().read(member_.id, by_admin()));
  EXPECT_EQ(use(second), "ok");
}

TEST_F(EntitySecretsTest, ARemovedAdminHasNoRightAnyMore) {
  reset();
  ASSERT_TRUE(done(accounts_.remove_entity_admin(admin_.email, member_.id, by_operator())));
  EXPECT_EQ(calls_refused(member_.id, by_admin()), 4);
}

TEST_F(EntitySecretsTest, ReadingBeforeTheFirstResetFindsNothing) {
  EXPECT_TRUE(
      refused(secrets().read(member_.id, by_admin()), ErrorCode::NotFound, "Secret is not generated for the entity"));
}

TEST_F(EntitySecretsTest, ReadingGivesTheNewestWhateverItsStanding) {
  reset(180);
  at(day(1));
  const auto newest = reset(30);
  for (const int days : {1, 31, 36, 1000}) {
    at(day(days));
    const auto answer = secrets().read(member_.id, by_admin());
    ASSERT_TRUE(done(answer));
    EXPECT_EQ(answer->secret.expose(), newest.secret.expose());
    EXPECT_EQ(answer->expires_at, day(31));
    EXPECT_EQ(answer->message, "");
  }
  const auto record = audit_records().back();
  EXPECT_EQ(in_short(record), "secret.read done entity:FIP-1");
  EXPECT_EQ(record.at("details"), (boost::json::object{{"number", 2}}));
}

TEST_F(EntitySecretsTest, AnImportedSecretWithoutExpiryWorksUntilItIsReplaced) {
  reset();
  write([&](Transaction& transaction) {
    return transaction.secrets().insert(
        member_.uuid, {.state = {.number = 2,
                                 .digest = keys_.secret_digest_key().mac(std::string_view("imported")),
                                 .created_at = day(0),
                                 .expires_at = {},
                                 .replaced_at = {},
                                 .ended_at = {},
                                 .last_used_at = {}},
                       .sealed = keys_.seal("imported", "secret:" + member_.uuid.text() + ":2", random_)});
  });
  at(day(5000));
  EXPECT_EQ(token("imported")->message, "");
  EXPECT_EQ(secrets().read(member_.id, by_admin())->expires_at, std::nullopt);
  EXPECT_EQ(status().front().grace_ends_at, std::nullopt);
  reset();
  EXPECT_EQ(token("imported")->message, replaced_until(day(5005)));
  at(day(5005));
  EXPECT_FALSE(token("imported"));
}

TEST_F(EntitySecretsTest, StatusTellsOfTheLiveOnesNewestFirst) {
  EXPECT_TRUE(status().empty());
  const auto s1 = reset(180);
  at(day(1));
  use(s1);
  at(day(2));
  reset(100);
  const auto found = status();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].current);
  EXPECT_EQ(found[0].created_at, day(2));
  EXPECT_EQ(found[0].expires_at, day(102));
  EXPECT_EQ(found[0].grace_ends_at, day(107));
  EXPECT_EQ(found[0].last_used_at, std::nullopt);
  EXPECT_FALSE(found[1].current);
  EXPECT_EQ(found[1].created_at, day(0));
  EXPECT_EQ(found[1].expires_at, day(180));
  EXPECT_EQ(found[1].grace_ends_at, day(7));
  EXPECT_EQ(found[1].last_used_at, day(1));
}

TEST_F(EntitySecretsTest, StatusTellsOfAReplacedOneToItsEndAndOfTheCurrentOneAlways) {
  reset(180);
  reset(30);
  at(day(5) - 1ms);
  EXPECT_EQ(status().size(), 2U);
  at(day(5));
  ASSERT_EQ(status().size(), 1U);
  at(day(1000));
  ASSERT_EQ(status().size(), 1U);
  EXPECT_TRUE(status().front().current);
  EXPECT_EQ(status().front().grace_ends_at, day(35));
}

TEST_F(EntitySecretsTest, RevocationCountsWhatStillWorkedAndSparesTheCurrentOne) {
  EXPECT_EQ(secrets().revoke_replaced(member_.id, by_admin()).value(), 0);
  const auto s1 = reset(180);
  at(day(10));
  const auto s2 = reset(180);
  at(day(11));
  const auto s3 = reset(180);
  at(day(15));
  EXPECT_EQ(secrets().revoke_replaced(member_.id, by_operator()).value(), 1);
  EXPECT_EQ(audit_records().back().at("details"), (boost::json::object{{"revoked", 1}}));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "401");
  EXPECT_EQ(use(s3), "ok");
  EXPECT_EQ(secrets().revoke_replaced(member_.id, by_admin()).value(), 0);
}

TEST_F(EntitySecretsTest, SixteenAreLiveAndTheSeventeenthEndsTheOldestThatWasNeverUsed) {
  std::vector<ReadableSecret> made;
  for (int resets = 0; resets < 16; ++resets) {
    made.push_back(reset(180));
    EXPECT_EQ(made.back().message, "");
  }
  EXPECT_EQ(status().size(), 16U);
  EXPECT_EQ(use(made[0]), replaced_until(day(5)));
  const auto last = reset(180);
  EXPECT_EQ(last.message, "At most 16 secrets of an entity work at a time, so 1 older one has ended.");
  EXPECT_EQ(status().size(), 16U);
  EXPECT_EQ(use(made[0]), replaced_until(day(5)));
  EXPECT_EQ(use(made[1]), "401");
  EXPECT_EQ(use(made[2]), replaced_until(day(5)));
  EXPECT_EQ(use(last), "ok");
}

TEST_F(EntitySecretsTest, WhenAllWereUsedTheLimitEndsWhatWasUsedLongestAgo) {
  std::vector<ReadableSecret> made;
  for (int resets = 0; resets < 16; ++resets) made.push_back(reset(180));
  for (const int index : {3, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}) {
    test_.clock().advance(1ms);
    use(made[static_cast<std::size_t>(index)]);
  }
  const auto last = reset();
  EXPECT_EQ(last.message, std::string(kDefaultMessage) +
                              " At most 16 secrets of an entity work at a time, so 1 older one has ended.");
  EXPECT_EQ(use(made[3]), "401");
  EXPECT_EQ(use(made[0]), replaced_until(day(5)));
}

TEST_F(EntitySecretsTest, WhatWorksNoMoreMakesRoomWithoutAWord) {
  for (int resets = 0; resets < 16; ++resets) reset(180);
  at(day(5));
  EXPECT_EQ(reset(180).message, "");
  EXPECT_EQ(status().size(), 2U);
}

TEST_F(EntitySecretsTest, TimeTravelExpiresASecretAndTheWireTellsRealTime) {
  const auto s1 = reset(180);
  shift_clock(std::chrono::days(181));
  EXPECT_EQ(use(s1), expired());
  EXPECT_EQ(secrets().read(member_.id, by_admin())->expires_at, day(-1));
  const auto s2 = reset(30);
  EXPECT_EQ(s2.expires_at, day(30));
  EXPECT_EQ(use(s1), replaced_until(day(4)));
  EXPECT_EQ(status().front().created_at, day(0));
  EXPECT_EQ(status().front().grace_ends_at, day(35));
  EXPECT_EQ(status().back().last_used_at, day(0));
  EXPECT_EQ(status().back().created_at, day(-181));
}

TEST_F(EntitySecretsTest, InTimeTravelTheTokensRemainingRealLifetimeCounts) {
  reset();
  shift_clock(std::chrono::days(300));
  const auto made = reset_until(day(12), 100);
  EXPECT_EQ(made.expires_at, day(12));
  EXPECT_TRUE(made.message.contains("2026-01-13T00:00:00.000Z"));
  at(day(12) - 1ms);
  EXPECT_EQ(use(made), "ok");
  at(day(12));
  EXPECT_EQ(use(made), expired());
}

TEST_F(EntitySecretsTest, ASecretFromTheFutureWorksWhenTheTimeTravelEnds) {
  const auto s1 = reset(180);
  shift_clock(std::chrono::days(190));
  const auto s2 = reset(180);
  EXPECT_EQ(use(s1), "401");
  shift_clock(0ms);
  EXPECT_EQ(use(s2), "ok");
  EXPECT_EQ(secrets().read(member_.id, by_admin())->expires_at, day(370));
}

TEST_F(EntitySecretsTest, ARevocationHoldsWhenTheTimeTravelEnds) {
  const auto s1 = reset(180);
  shift_clock(std::chrono::days(190));
  reset(180);
  EXPECT_EQ(secrets().revoke_replaced(member_.id, by_admin()).value(), 0);
  shift_clock(0ms);
  EXPECT_EQ(use(s1), "401");
}

TEST_F(EntitySecretsTest, StandInNoFileOfTheStore) {
  const auto s1 = reset();
  use(s1);
  const auto s2 = reset();
  use(s2);
  read_secret();
  EXPECT_FALSE(token("a wrong secret that was typed"));
  EXPECT_FALSE(store_holds(s1.secret.expose()));
  EXPECT_FALSE(store_holds(s2.secret.expose()));
  EXPECT_FALSE(store_holds("a wrong secret that was typed"));
  EXPECT_TRUE(store_holds("secret.reset"));
}

TEST_F(EntitySecretsTest, AClockFarBehindTheStoreStopsResets) {
  reset();
  at(day(-1));
  const auto answer = secrets().reset(reset_request(), by_admin());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace dwarpal::core
