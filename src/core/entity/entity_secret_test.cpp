#include "core/entity/entity_secret.hpp"

#include <gtest/gtest.h>

#include "core/entity/entity.hpp"

namespace dwarpal::core {
namespace {

using Kind = SecretStanding::Kind;
using namespace std::chrono_literals;

Instant day(int days) { return instant_from_milliseconds(1'767'225'600'000) + std::chrono::days(days); }

SecretState secret_until(std::optional<Instant> expires_at) {
  SecretState secret;
  secret.number = 1;
  secret.created_at = day(0);
  secret.expires_at = expires_at;
  return secret;
}

TEST(SecretStanding, OfACurrentSecretEndsWithTheGraceAfterExpiry) {
  const auto secret = secret_until(day(180));
  const Policy policy;
  EXPECT_EQ(standing_of(secret, policy, day(0)).kind, Kind::Current);
  EXPECT_EQ(standing_of(secret, policy, day(180) - 1ms).kind, Kind::Current);
  EXPECT_EQ(standing_of(secret, policy, day(180)).kind, Kind::ExpiredInGrace);
  EXPECT_EQ(standing_of(secret, policy, day(185) - 1ms).kind, Kind::ExpiredInGrace);
  EXPECT_EQ(standing_of(secret, policy, day(185)).kind, Kind::Ended);
  EXPECT_EQ(standing_of(secret, policy, day(0)).ends_at, day(185));
}

TEST(SecretStanding, HasNoGraceAfterExpiryWhereThePolicyHasNone) {
  Policy policy;
  policy.grace_after_expiry = 0ms;
  EXPECT_EQ(standing_of(secret_until(day(180)), policy, day(180) - 1ms).kind, Kind::Current);
  EXPECT_EQ(standing_of(secret_until(day(180)), policy, day(180)).kind, Kind::Ended);
}

TEST(SecretStanding, OfAReplacedSecretEndsWithTheEarlierGrace) {
  auto secret = secret_until(day(180));
  secret.replaced_at = day(10);
  const Policy policy;
  EXPECT_EQ(standing_of(secret, policy, day(15) - 1ms).kind, Kind::ReplacedInGrace);
  EXPECT_EQ(standing_of(secret, policy, day(15)).kind, Kind::Ended);
  EXPECT_EQ(standing_of(secret, policy, day(10)).ends_at, day(15));
  secret.replaced_at = day(182);
  EXPECT_EQ(standing_of(secret, policy, day(185) - 1ms).kind, Kind::ReplacedInGrace);
  EXPECT_EQ(standing_of(secret, policy, day(185)).kind, Kind::Ended);
}

TEST(SecretStanding, OfASecretWithoutExpiryLastsUntilItIsReplaced) {
  auto secret = secret_until(std::nullopt);
  const Policy policy;
  EXPECT_EQ(standing_of(secret, policy, day(100'000)).kind, Kind::Current);
  EXPECT_EQ(standing_of(secret, policy, day(0)).ends_at, std::nullopt);
  secret.replaced_at = day(10);
  EXPECT_EQ(standing_of(secret, policy, day(15) - 1ms).kind, Kind::ReplacedInGrace);
  EXPECT_EQ(standing_of(secret, policy, day(15)).kind, Kind::Ended);
}

TEST(SecretStanding, OfARevokedSecretIsEndedAtAnyTime) {
  auto secret = secret_until(day(180));
  secret.ended_at = day(11);
  for (const int days : {0, 11, 12}) EXPECT_EQ(standing_of(secret, Policy(), day(days)).kind, Kind::Ended);
  EXPECT_FALSE(standing_of(secret, Policy(), day(0)).works());
}

TEST(SecretStanding, OfASecretFromTheFutureIsCurrent) {
  EXPECT_EQ(standing_of(secret_until(day(180)), Policy(), day(-100)).kind, Kind::Current);
}

TEST(EntityTexts, AreReadBackAsTheyAreWritten) {
  for (const auto type : {EntityType::AA, EntityType::FIP, EntityType::FIU}) {
    EXPECT_EQ(parse_entity_type(to_string(type)), type);
  }
  for (const auto status :
       {EntityStatus::Registered, EntityStatus::Active, EntityStatus::Suspended, EntityStatus::Deregistered}) {
    EXPECT_EQ(parse_entity_status(to_string(status)), status);
  }
  for (const auto* text : {"", "aa", "fip", "FIPS", "active"}) {
    EXPECT_EQ(parse_entity_type(text), std::nullopt);
    EXPECT_EQ(parse_entity_status(text), std::nullopt);
  }
}

}  // namespace
}  // namespace dwarpal::core
