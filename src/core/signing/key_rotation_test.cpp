#include "core/signing/key_rotation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dwarpal::core {
namespace {

using crypto::SignatureAlgorithm;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant kMadeAt{1767225600000ms};
constexpr SigningKeyKind kRs256{.algorithm = SignatureAlgorithm::RS256, .rsa_bits = 2048};

SigningKey some_key(std::string id, SigningKeyState state, SigningKeyKind kind = kRs256) {
  return {.id = KeyId(std::move(id)),
          .kind = kind,
          .state = state,
          .private_key = {.key = DataKeyId("k"), .bytes = "sealed"},
          .certificate = "der",
          .published_at = kMadeAt,
          .signs_from = kMadeAt,
          .token_lifetime = std::chrono::days(180)};
}

class KeyRotationTest : public testing::Test {
 protected:
  static Instant day(int days) { return kMadeAt + std::chrono::days(days); }

  /// Keys that are there since the start, at another instant.
  KeyRotation at(Instant now) { return *KeyRotation::create(keys_, policy_, now); }
  /// What the schedule does then, and its keys are there from then on.
  std::vector<std::string> follow_schedule(Instant now) {
    auto rotation = at(now);
    rotation.follow_schedule();
    keys_ = rotation.keys();
    return steps(rotation);
  }
  void publish(const std::string& id, Instant now, SigningKeyKind kind = kRs256) {
    auto rotation = at(now);
    rotation.publish(some_key(id, SigningKeyState::Pending, kind));
    keys_ = rotation.keys();
  }
  static std::vector<std::string> steps(const KeyRotation& rotation) {
    std::vector<std::string> steps;
    for (const auto& change : rotation.changes()) {
      steps.push_back(std::string(action_of(change.kind)) + " " + change.key.id.text());
    }
    return steps;
  }
  const SigningKey& key(const std::string& id) {
    return *std::ranges::find(keys_, KeyId(id), [](const SigningKey& key) { return key.id; });
  }

  Policy policy_;
  std::vector<SigningKey> keys_ = {some_key("a", SigningKeyState::Active)};
};

TEST_F(KeyRotationTest, ANewKeyIsDueFourteenDaysBeforeNinetyDaysAreOver) {
  EXPECT_FALSE(at(day(76) - 1ms).wants_publication());
  EXPECT_TRUE(at(day(76)).wants_publication());
  EXPECT_TRUE(at(day(400)).wants_publication());
}

TEST_F(KeyRotationTest, APeriodAndATimeAheadOfTheSettingsAreKept) {
  policy_.key_rotation_period = 30 * 24h;
  policy_.key_publish_ahead = 24h;
  EXPECT_FALSE(at(day(29) - 1ms).wants_publication());
  EXPECT_TRUE(at(day(29)).wants_publication());
}

TEST_F(KeyRotationTest, OneKeyIsPendingAtATime) {
  publish("b", day(76));
  EXPECT_FALSE(at(day(76)).wants_publication());
  EXPECT_EQ(key("b").state, SigningKeyState::Pending);
  EXPECT_EQ(key("b").published_at, day(76));
}

TEST_F(KeyRotationTest, APendingKeySignsWhenItsTimeAheadIsOver) {
  publish("b", day(76));
  EXPECT_THAT(follow_schedule(day(90) - 1ms), IsEmpty());
  EXPECT_THAT(follow_schedule(day(90)), ElementsAre("key.retire a", "key.activate b"));
  EXPECT_EQ(key("a").signed_until, day(90));
  EXPECT_EQ(key("b").signs_from, day(90));
  EXPECT_EQ(key("b").token_lifetime, 180 * 24h);
}

TEST_F(KeyRotationTest, AfterADowntimeTheNewKeyIsStillPublishedAheadInFull) {
  EXPECT_TRUE(at(day(500)).wants_publication());
  publish("b", day(500));
  EXPECT_THAT(follow_schedule(day(514) - 1ms), IsEmpty());
  EXPECT_THAT(follow_schedule(day(514)), ElementsAre("key.retire a", "key.activate b"));
}

TEST_F(KeyRotationTest, AnAnnouncedInstantStaysWhenTheSettingChanges) {
  publish("b", day(76));
  policy_.key_publish_ahead = 24h;
  EXPECT_THAT(follow_schedule(day(90) - 1ms), IsEmpty());
  EXPECT_THAT(follow_schedule(day(90)), ElementsAre("key.retire a", "key.activate b"));
}

TEST_F(KeyRotationTest, ARetiredKeyIsRemovedOnceItsLastTokenIsExpiredForAnHour) {
  publish("b", day(76));
  follow_schedule(day(90));
  EXPECT_EQ(key("a").published_until, day(270) + 1h);
  EXPECT_THAT(follow_schedule(day(270) + 1h - 1ms), IsEmpty());
  EXPECT_THAT(follow_schedule(day(270) + 1h), ElementsAre("key.remove a"));
  EXPECT_EQ(key("a").state, SigningKeyState::Removed);
  EXPECT_TRUE(key("a").private_key.bytes.empty());
}

TEST_F(KeyRotationTest, LongerLifetimesOfTokensKeepTheActiveKeyPublishedLonger) {
  policy_.entity_token_lifetime = 200 * 24h;
  EXPECT_THAT(follow_schedule(day(1)), ElementsAre("key.extend a"));
  EXPECT_EQ(key("a").token_lifetime, 200 * 24h);
  policy_.entity_token_lifetime = 24h;
  EXPECT_THAT(follow_schedule(day(2)), IsEmpty());
  publish("b", day(76));
  follow_schedule(day(90));
  EXPECT_EQ(key("a").published_until, day(290) + 1h);
  EXPECT_EQ(key("b").token_lifetime, 180 * 24h);
}

TEST_F(KeyRotationTest, AChangedAlgorithmPublishesAKeyOfTheNewKindAtOnce) {
  EXPECT_FALSE(at(day(1)).wants_publication());
  policy_.signing_algorithm = SignatureAlgorithm::ES256;
  EXPECT_TRUE(at(day(1)).wants_publication());
  EXPECT_EQ(at(day(1)).wanted_kind(), (SigningKeyKind{.algorithm = SignatureAlgorithm::ES256, .rsa_bits = 0}));
  publish("b", day(1), at(day(1)).wanted_kind());
  EXPECT_THAT(follow_schedule(day(15)), ElementsAre("key.retire a", "key.activate b"));
  EXPECT_FALSE(at(day(16)).wants_publication());
}

TEST_F(KeyRotationTest, AChangedSizeIsAnotherKindOnlyForRsa) {
  policy_.rsa_bits = 3072;
  EXPECT_TRUE(at(day(1)).wants_publication());
  EXPECT_EQ(at(day(1)).wanted_kind(), (SigningKeyKind{.algorithm = SignatureAlgorithm::RS256, .rsa_bits = 3072}));
  keys_ = {some_key("e", SigningKeyState::Active, {.algorithm = SignatureAlgorithm::EdDSA})};
  EXPECT_FALSE(at(day(1)).wants_publication());
}

TEST_F(KeyRotationTest, WithoutTheSettingANetworkKeepsTheAlgorithmOfItsNewestKey) {
  publish("b", day(1), {.algorithm = SignatureAlgorithm::EdDSA});
  EXPECT_EQ(at(day(2)).wanted_kind().algorithm, SignatureAlgorithm::EdDSA);
  EXPECT_THAT(follow_schedule(day(15)), ElementsAre("key.retire a", "key.activate b"));
  EXPECT_EQ(at(day(100)).wanted_kind().algorithm, SignatureAlgorithm::EdDSA);
}

TEST_F(KeyRotationTest, APendingKeyOfAKindThatIsNoLongerWantedNeverSigns) {
  publish("b", day(76));
  policy_.signing_algorithm = SignatureAlgorithm::PS256;
  EXPECT_THAT(follow_schedule(day(90)), ElementsAre("key.remove b"));
  EXPECT_EQ(at(day(90)).active().id, KeyId("a"));
  EXPECT_TRUE(at(day(90)).wants_publication());
}

TEST_F(KeyRotationTest, AKeyThatIsPublishedTakesThePlaceOfThePendingOne) {
  publish("b", day(1));
  auto rotation = at(day(2));
  rotation.publish(some_key("c", SigningKeyState::Pending));
  EXPECT_THAT(steps(rotation), ElementsAre("key.remove b", "key.publish c"));
  EXPECT_EQ(rotation.pending()->id, KeyId("c"));
}

TEST_F(KeyRotationTest, AKeyMaySignAtOnce) {
  auto rotation = at(day(2));
  rotation.publish_and_activate(some_key("c", SigningKeyState::Pending));
  EXPECT_THAT(steps(rotation), ElementsAre("key.publish c", "key.retire a", "key.activate c"));
  EXPECT_EQ(rotation.active().id, KeyId("c"));
  EXPECT_EQ(rotation.pending(), nullptr);
}

TEST_F(KeyRotationTest, AWithdrawnKeyIsGoneAtOnceWithItsPrivatePart) {
  publish("b", day(1));
  auto rotation = at(day(2));
  rotation.activate_pending();
  rotation.withdraw(KeyId("a"));
  EXPECT_THAT(steps(rotation), ElementsAre("key.retire a", "key.activate b", "key.withdraw a"));
  const auto& withdrawn = *rotation.find(KeyId("a"));
  EXPECT_EQ(withdrawn.state, SigningKeyState::Withdrawn);
  EXPECT_EQ(withdrawn.published_until, day(2));
  EXPECT_TRUE(withdrawn.private_key.bytes.empty());
  keys_ = rotation.keys();
  EXPECT_THAT(follow_schedule(day(80)), IsEmpty());
}

TEST_F(KeyRotationTest, TellsUntilWhenAKeySigns) {
  EXPECT_EQ(signs_until(key("a"), nullptr, policy_), day(90));
  publish("b", day(1));
  EXPECT_EQ(signs_until(key("a"), &key("b"), policy_), day(15));
  EXPECT_EQ(signs_until(key("b"), &key("b"), policy_), day(105));
  follow_schedule(day(15));
  EXPECT_EQ(signs_until(key("a"), nullptr, policy_), day(15));
}

TEST_F(KeyRotationTest, NeedsAnActiveKey) {
  const auto rotation = KeyRotation::create({some_key("a", SigningKeyState::Retired)}, policy_, kMadeAt);
  ASSERT_FALSE(rotation);
  EXPECT_EQ(rotation.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace dwarpal::core
