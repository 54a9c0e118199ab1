// The worked cases of docs/lifecycle.md, by their numbers. Day 0 is the reset of S1.
#include <array>
#include <barrier>
#include <filesystem>
#include <thread>

#include "support/entity_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

class EntitySecretsOverTime : public test::EntityFixture {
 protected:
  /// On both sides of the instant.
  void expect_change(const ReadableSecret& secret, Instant when, const std::string& before, const std::string& after) {
    at(when - 1ms);
    EXPECT_EQ(use(secret), before);
    at(when);
    EXPECT_EQ(use(secret), after);
  }

  /// The store as a process finds it that starts after this one was killed.
  std::filesystem::path copy_as_if_killed() {
    const auto copy = killed_.path() / std::to_string(++copies_);
    std::filesystem::copy(test_.directory(), copy);
    return copy;
  }
  std::unique_ptr<Store> opened(const std::filesystem::path& directory) {
    return *storage::SqliteStore::open(directory, test_.clock(), {});
  }
  static std::size_t recorded_resets(Store& store) {
    const auto records =
        store.read([](Transaction& transaction) { return transaction.audit().records_after({}, 100'000); }).value();
    return static_cast<std::size_t>(std::ranges::count_if(
        records, [](const AuditRecord& record) { return record.event.contains(R"("action":"secret.reset")"); }));
  }

 private:
  test::TemporaryDirectory killed_;
  int copies_ = 0;
};

TEST_F(EntitySecretsOverTime, WorkedCase01ASecretWorksToItsExpiryThenWarnsThenEnds) {
  const auto s1 = reset(180);
  EXPECT_EQ(s1.expires_at, day(180));
  EXPECT_EQ(use(s1), "ok");
  expect_change(s1, day(180), "ok", expired());
  expect_change(s1, day(185), expired(), "401");
}

TEST_F(EntitySecretsOverTime, WorkedCase02AReplacedSecretWarnsForItsGrace) {
  const auto s1 = reset(180);
  at(day(10));
  const auto s2 = reset(180);
  EXPECT_EQ(use(s1), replaced_until(day(15)));
  expect_change(s1, day(15), replaced_until(day(15)), "401");
  expect_change(s2, day(190), "ok", expired());
}

TEST_F(EntitySecretsOverTime, WorkedCase03AGraceAfterReplacementMayOutlastTheExpiry) {
  const auto s1 = reset(180);
  at(day(178));
  const auto s2 = reset(180);
  expect_change(s1, day(180), replaced_until(day(183)), replaced_until(day(183)));
  expect_change(s1, day(183), replaced_until(day(183)), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase04AGraceAfterReplacementEndsWithTheGraceAfterExpiry) {
  const auto s1 = reset(180);
  at(day(182));
  EXPECT_EQ(use(s1), expired());
  const auto s2 = reset(180);
  expect_change(s1, day(185), replaced_until(day(185)), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase05EachReplacedSecretKeepsItsOwnGrace) {
  const auto s1 = reset(180);
  at(day(10));
  const auto s2 = reset(180);
  at(day(11));
  const auto s3 = reset(180);
  EXPECT_EQ(use(s2), replaced_until(day(16)));
  expect_change(s1, day(15), replaced_until(day(15)), "401");
  expect_change(s2, day(16), replaced_until(day(16)), "401");
  EXPECT_EQ(use(s3), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase06ARevocationEndsTheReplacedSecretAtOnce) {
  const auto s1 = reset(180);
  at(day(10));
  const auto s2 = reset(180);
  at(day(11));
  EXPECT_EQ(use(s1), replaced_until(day(15)));
  EXPECT_EQ(process_.secrets.revoke_replaced(member_.id, by_admin()).value(), 1);
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase07AShorterExpiryIsKept) {
  const auto s1 = reset(30);
  expect_change(s1, day(30), "ok", expired());
  expect_change(s1, day(35), expired(), "401");
}

TEST_F(EntitySecretsOverTime, WorkedCase08TheUserTokenCutsTheExpiryAndTheMessageSaysSo) {
  const auto s1 = process_.secrets.reset(reset_request(100), by_admin_until(day(12))).value();
  EXPECT_EQ(s1.expires_at, day(12));
  EXPECT_EQ(s1.message,
            "The expiry is limited to 2026-01-13T00:00:00.000Z, when the user token of this request expires.");
  expect_change(s1, day(12), "ok", expired());
  expect_change(s1, day(17), expired(), "401");
}

TEST_F(EntitySecretsOverTime, WorkedCase09AnExpiryOverTheMaximumIsTheMaximumAndTheMessageSaysSo) {
  const auto s1 = reset(400);
  EXPECT_EQ(s1.message,
            "The expiry is set to 180 days by default, as the user didn't specify or exceeded the default limit.");
  expect_change(s1, day(180), "ok", expired());
}

TEST_F(EntitySecretsOverTime, WorkedCase10OfTwoResetsAtTheSameInstantOneIsCurrentAndTheOtherInGrace) {
  std::array<std::string, 2> secrets;
  std::barrier start(2);
  const auto reset_once = [&](std::string& secret) {
    start.arrive_and_wait();
    if (const auto answer = process_.secrets.reset(reset_request(180), by_admin())) {
      secret = answer->secret.expose();
    }
  };
  {
    const std::jthread other([&] { reset_once(secrets[1]); });
    reset_once(secrets[0]);
  }
  ASSERT_FALSE(secrets[0].empty() || secrets[1].empty());
  const bool first_is_current = token(secrets[0])->message.empty();
  const auto& current = secrets.at(first_is_current ? 0 : 1);
  const auto& replaced = secrets.at(first_is_current ? 1 : 0);
  EXPECT_EQ(token(current)->message, "");
  EXPECT_EQ(token(replaced)->message, replaced_until(day(5)));
  EXPECT_EQ(read_secret(), current);
}

TEST_F(EntitySecretsOverTime, WorkedCase11RevokeOldEndsTheOldSecretAtOnce) {
  const auto s1 = reset(180);
  at(day(10));
  auto request = reset_request(180);
  request.old_secrets = OldSecrets::End;
  const auto s2 = process_.secrets.reset(request, by_admin()).value();
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase11WithoutGraceAfterReplacementTheOldSecretEndsAtOnce) {
  policy_.grace_after_replacement = 0ms;
  const auto s1 = reset(180);
  at(day(10));
  const auto s2 = reset(180);
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
  // It has ended, not merely run out: a grace that is set later does not bring it back.
  policy_.grace_after_replacement = 5 * 24h;
  EXPECT_EQ(use(s1), "401");
}

TEST_F(EntitySecretsOverTime, WorkedCase12AResetThatWasAnsweredIsThereAfterAKill) {
  reset(180);
  at(day(10));
  const auto s2 = reset(180);
  const auto store = opened(copy_as_if_killed());
  test::EntityProcess restarted(*store, test_.clock(), keys_, random_, policy_);
  EXPECT_EQ(use_in(restarted, s2), "ok");
  EXPECT_EQ(restarted.secrets.read(member_.id, by_admin()).value().secret.expose(), s2.secret.expose());
}

TEST_F(EntitySecretsOverTime, WorkedCase13AKillBeforeTheAnswerLeavesResetAndRecordOrNeither) {
  const auto s1 = reset(180);
  at(day(10));
  std::filesystem::path before_commit;
  ReadableSecret s2;
  const auto broken_off = test_.store().write([&](Transaction& transaction) -> Result<> {
    s2 = TRY(process_.secrets.reset_in(transaction, stored(), reset_request(180), by_admin(), day(10)));
    before_commit = copy_as_if_killed();
    return fail(ErrorCode::Unavailable, "the disk is gone");
  });
  EXPECT_FALSE(broken_off);
  for (const auto& directory : {before_commit, copy_as_if_killed()}) {
    const auto store = opened(directory);
    EXPECT_EQ(recorded_resets(*store), 1U);
    test::EntityProcess restarted(*store, test_.clock(), keys_, random_, policy_);
    EXPECT_EQ(use_in(restarted, s1), "ok");
    EXPECT_EQ(use_in(restarted, s2), "401");
  }

  const auto s3 = reset(180);
  const auto store = opened(copy_as_if_killed());
  EXPECT_EQ(recorded_resets(*store), 2U);
  test::EntityProcess restarted(*store, test_.clock(), keys_, random_, policy_);
  EXPECT_EQ(use_in(restarted, s3), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase14AReplacedShortSecretWarnsBeyondItsExpiry) {
  const auto s1 = reset(30);
  expect_change(s1, day(28), "ok", "ok");
  const auto s2 = reset(180);
  expect_change(s1, day(33), replaced_until(day(33)), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase15AResetDoesNotReviveASecretPastItsGrace) {
  const auto s1 = reset(180);
  at(day(190));
  EXPECT_EQ(use(s1), "401");
  const auto s2 = reset(180);
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase16WhatBecomesOfTheAskingUserChangesNoSecret) {
  const auto s1 = reset(180);
  at(day(10));
  const auto s2 = reset(180);
  at(day(11));
  ASSERT_TRUE(test::done(accounts_.remove_entity_admin(admin_.email, member_.id, by_operator())));
  ASSERT_TRUE(test::done(accounts_.suspend(admin_.email, "left", by_operator())));
  expect_change(s1, day(15), replaced_until(day(15)), "401");
  expect_change(s2, day(190), "ok", expired());
}

TEST_F(EntitySecretsOverTime, WorkedCase17ASuspendedEntityGetsNoTokenAndItsSecretAges) {
  const auto s1 = reset(180);
  at(day(10));
  EXPECT_EQ(use(s1), "ok");
  ASSERT_TRUE(test::done(entities_.suspend(member_.id, "an incident", by_operator())));
  EXPECT_EQ(use(s1), "401");
  at(day(20));
  EXPECT_EQ(use(s1), "401");
  ASSERT_TRUE(test::done(entities_.resume(member_.id, by_operator())));
  EXPECT_EQ(use(s1), "ok");
  expect_change(s1, day(180), "ok", expired());
}

TEST_F(EntitySecretsOverTime, WorkedCase18AGraceEndsDuringASuspension) {
  const auto s1 = reset(180);
  at(day(8));
  const auto s2 = reset(180);
  expect_change(s1, day(10), replaced_until(day(13)), replaced_until(day(13)));
  ASSERT_TRUE(test::done(entities_.suspend(member_.id, "an incident", by_operator())));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "401");
  at(day(20));
  ASSERT_TRUE(test::done(entities_.resume(member_.id, by_operator())));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "ok");
}

TEST_F(EntitySecretsOverTime, WorkedCase19ASecretInUseSurvivesManyResets) {
  const auto s1 = reset(180);
  EXPECT_EQ(use(s1), "ok");
  at(day(1));
  for (int resets = 1; resets < 20; ++resets) {
    reset(180);
    EXPECT_EQ(use(s1), replaced_until(day(6)));
  }
}

}  // namespace
}  // namespace dwarpal::core
