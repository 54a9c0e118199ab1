#include <boost/json/array.hpp>

#include "core/signing/access_tokens.hpp"
#include "core/user/user_tokens_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;
using ::testing::HasSubstr;
using ::testing::Not;

/// Counts the work that takes time.
class CountingHasher final : public crypto::PasswordHasher {
 public:
  explicit CountingHasher(const crypto::PasswordHasher& hasher) : PasswordHasher(hasher) {}

  bool verify(const std::string& phc, const Secret& password) const override {
    ++verified;
    return PasswordHasher::verify(phc, password);
  }
  void verify_dummy(const Secret& password) const override {
    ++verified;
    PasswordHasher::verify_dummy(password);
  }

  mutable int verified = 0;
};

// The token

TEST_F(UserTokensTest, ATokenTellsWhoTheUserIs) {
  const auto user = active("asha@bank.test");
  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  EXPECT_EQ(token->expires_in, 180 * 24h);
  EXPECT_EQ(token->scope, "email profile entityMetadata secret-expiry-ts");
  EXPECT_EQ(token->not_before_policy, 0);
  EXPECT_EQ(token->message, "");

  const auto claims = claims_of(*token);
  const auto now = unix_seconds(test_.clock().now());
  const boost::json::object expected{
      {"exp", now + 180 * 24 * 3600},
      {"iat", now},
      {"jti", claims.at("jti")},
      {"iss", "https://iam.setu.test/auth/realms/sahamati"},
      {"aud", "account"},
      {"typ", "Bearer"},
      {"acr", "1"},
      {"sub", user.uuid.text()},
      {"azp", "iam"},
      {"clientId", "iam"},
      {"client_id", "iam"},
      {"scope", "email profile entityMetadata secret-expiry-ts"},
      {"name", "Asha Rao"},
      {"preferred_username", "asha@bank.test"},
      {"given_name", "Asha"},
      {"family_name", "Rao"},
      {"email", "asha@bank.test"},
      {"email_verified", true},
      {"cv", user.credential_version},
      {"entity_meta", boost::json::object{}},
      {"entity_secret_expiry", boost::json::object{}},
  };
  EXPECT_EQ(claims, expected) << claims;
}

TEST_F(UserTokensTest, ATokenIsAuditedWithItsIdAndKey) {
  active("asha@bank.test");
  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  ASSERT_EQ(sink_.events.size(), 1U);
  EXPECT_EQ(newest_event(), "user-token.issue done user:asha@bank.test");
  const auto event = boost::json::parse(sink_.events[0].event).as_object();
  EXPECT_EQ(event.at("details").at("jti"), claims_of(*token).at("jti"));
  EXPECT_EQ(event.at("details").at("kid").as_string(), key_ring_->active().text());
  EXPECT_EQ(event.at("clientAddress"), "203.0.113.7");
  EXPECT_EQ(sink_.events[0].at, test_.clock().now());
  EXPECT_THAT(sink_.events[0].event, Not(HasSubstr(token->access_token)));
}

TEST_F(UserTokensTest, ATokenIsHonouredUntilItsUserChanges) {
  const auto user = active("asha@bank.test");
  EntityView entities(test_.store());
  const RevokedTokens revoked(test_.store());
  const AccessTokens access_tokens(test_.store(), entities, revoked, *key_ring_, decision_clock_, policy_);
  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  const auto actor = access_tokens.user(token->access_token);
  ASSERT_TRUE(done(actor));
  EXPECT_EQ(actor->user, user.uuid);
  EXPECT_EQ(actor->name, "asha@bank.test");
  ASSERT_TRUE(done(activation_.change_password(good_password(), other_password(), by(*actor))));
  EXPECT_FALSE(access_tokens.user(token->access_token));
}

TEST_F(UserTokensTest, AnOperatorsTokenLastsEightHours) {
  by_operator();
  const auto token = sign_in("operator@setu.test");
  ASSERT_TRUE(done(token));
  EXPECT_EQ(token->expires_in, 8h);
  const auto claims = claims_of(*token);
  EXPECT_EQ(claims.at("exp").as_int64() - claims.at("iat").as_int64(), 8 * 3600);
}

TEST_F(UserTokensTest, ATokenTellsOfTheUsersEntitiesAndTheirSecrets) {
  const auto now = test_.clock().now();
  const auto user = active("asha@bank.test");
  const auto bank = entity("FIP-BANK", EntityStatus::Active);
  const auto fund = entity("FIU-FUND", EntityStatus::Active);
  const auto fresh = entity("AA-FRESH");
  const auto imported = entity("FIP-OLD", EntityStatus::Active);
  const auto gone = entity("FIP-GONE", EntityStatus::Active);
  for (const auto& each : {bank, fund, fresh, imported, gone}) make_admin(user, each);
  give_secret(bank, 1, now + 1h);  // replaced: what it tells is not asked for
  give_secret(bank, 2, now + 48h);
  give_secret(fund, 1, now + 24h);
  give_secret(imported, 1, std::nullopt);
  give_secret(gone, 1, now + 1h);
  set_status(gone, EntityStatus::Deregistered);

  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  const auto claims = claims_of(*token);
  const boost::json::array role{"entity-admin"};
  EXPECT_EQ(claims.at("entity_meta"),
            (boost::json::object{{"FIP-BANK", role}, {"FIU-FUND", role}, {"AA-FRESH", role}, {"FIP-OLD", role}}));
  EXPECT_EQ(claims.at("entity_secret_expiry"), (boost::json::object{{"FIP-BANK", unix_milliseconds(now + 48h)},
                                                                    {"FIU-FUND", unix_milliseconds(now + 24h)}}));
  EXPECT_EQ(claims.at("secret_expiry_ts").as_string(), iso8601(now + 24h));
}

TEST_F(UserTokensTest, ATokenOfAnAdminOfManyMembersFitsIntoAHeaderAndTellsOfThoseThatExpireFirst) {
  const auto now = test_.clock().now();
  const auto user = active("asha@bank.test");
  write([&](Transaction& transaction) -> Result<> {
    for (int number = 0; number < 300; ++number) {
      const Entity member{.uuid = EntityUuid(make_uuid(random_)),
                          .id = EntityId("FIP-WITH-A-LONG-NAME-" + std::to_string(number)),
                          .type = EntityType::FIP,
                          .name = "Meadow Bank",
                          .status = EntityStatus::Active,
                          .status_before_suspension = std::nullopt,
                          .tokens_not_before = std::nullopt,
                          .clock_shift = Duration::zero(),
                          .created_at = now,
                          .created_by = "operator"};
      TRY(transaction.entities().insert(member));
      TRY(transaction.users().add_admin(user.uuid, member.uuid, now));
      if (number == 0) continue;  // has none
      const EntitySecret secret{.state = {.number = 1,
                                          .digest = crypto::sha256(member.id.text()),
                                          .created_at = now,
                                          .expires_at = now + 24h * (301 - number),
                                          .replaced_at = std::nullopt,
                                          .ended_at = std::nullopt,
                                          .last_used_at = std::nullopt},
                                .sealed = keys_.seal("secret", "row", random_)};
      TRY(transaction.secrets().insert(member.uuid, secret));
    }
    return {};
  });

  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  EXPECT_LT(token->access_token.size(), 7U * 1024);
  const auto claims = claims_of(*token);
  EXPECT_EQ(claims.at("secret_expiry_ts").as_string(), iso8601(now + 48h));
  const auto& roles = claims.at("entity_meta").as_object();
  const auto& expiries = claims.at("entity_secret_expiry").as_object();
  EXPECT_GT(roles.size(), 30U);
  EXPECT_EQ(roles.size(), expiries.size());
  EXPECT_TRUE(roles.contains("FIP-WITH-A-LONG-NAME-299"));
  EXPECT_FALSE(roles.contains("FIP-WITH-A-LONG-NAME-0"));
  EXPECT_FALSE(roles.contains("FIP-WITH-A-LONG-NAME-1"));
}

TEST_F(UserTokensTest, ATokenTellsASecretsExpiryInRealTime) {
  const auto user = active("asha@bank.test");
  auto bank = entity("FIP-BANK", EntityStatus::Active);
  make_admin(user, bank);
  bank.clock_shift = 10h;
  set_status(bank, EntityStatus::Active);
  give_secret(bank, 1, test_.clock().now() + 34h);
  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  EXPECT_EQ(claims_of(*token).at("secret_expiry_ts").as_string(), iso8601(test_.clock().now() + 24h));
}

TEST_F(UserTokensTest, ATokenSurvivesNaiveBase64WhateverTheName) {
  ASSERT_TRUE(done(accounts_.register_user(person("asha@bank.test", "आशा>?~", "Röo"), by_operator())));
  ASSERT_TRUE(done(activation_.set_password(newest_token("asha@bank.test"), good_password(), anonymous())));
  const auto token = sign_in("asha@bank.test");
  ASSERT_TRUE(done(token));
  const auto start = token->access_token.find('.') + 1;
  const auto payload = token->access_token.substr(start, token->access_token.rfind('.') - start);
  EXPECT_EQ(payload.find_first_of("-_"), std::string::npos);
  EXPECT_EQ(claims_of(*token).at("name"), "आशा>?~ Röo");
}

TEST_F(UserTokensTest, AMissingNameLeavesNoSpaceBehind) {
  ASSERT_TRUE(done(accounts_.create_operator(person("one@setu.test", "Asha", ""), good_password(), command_line())));
  const auto token = sign_in("one@setu.test");
  ASSERT_TRUE(done(token));
  EXPECT_EQ(claims_of(*token).at("name"), "Asha");
}

TEST_F(UserTokensTest, TheAnswerTellsSinceWhenTokensCount) {
  auto user = active("asha@bank.test");
  user.tokens_not_before = Instant(1'767'225'000s);
  write([&](Transaction& transaction) { return transaction.users().update(user); });
  EXPECT_EQ(sign_in("asha@bank.test")->not_before_policy, 1'767'225'000);
}

// Refusals

TEST_F(UserTokensTest, TheEmailCountsInAnyCaseAndThePasswordInItsOwn) {
  active("asha@bank.test");
  EXPECT_TRUE(done(sign_in("ASHA@Bank.TEST")));
  EXPECT_TRUE(is_refused("asha@bank.test", "Tangerine otter 91 march"));
  EXPECT_TRUE(is_refused("asha@bank.test", "tangerine otter 91 march "));
  EXPECT_TRUE(is_refused("asha@bank.test", ""));
}

TEST_F(UserTokensTest, EachRefusalTakesTheWorkOfOnePassword) {
  active("active@bank.test");
  invited("invited@bank.test");
  suspended("suspended@bank.test");
  const CountingHasher counting(hasher_);
  UserTokens tokens(test_.store(), sink_, *key_ring_, decision_clock_, random_, counting, policy_);
  int expected = 0;
  for (const auto* name : {"active@bank.test", "invited@bank.test", "suspended@bank.test", "nobody@bank.test", "x"}) {
    EXPECT_TRUE(
        refused(tokens.sign_in(name, Secret::copy_of("wrong"), anonymous()), ErrorCode::Unauthorized, kRefusal));
    EXPECT_EQ(counting.verified, ++expected) << name;
  }
}

TEST_F(UserTokensTest, EachRefusalIsAuditedWithItsReason) {
  active("active@bank.test");
  invited("invited@bank.test");
  suspended("suspended@bank.test");
  EXPECT_TRUE(is_refused("active@bank.test", "wrong"));
  EXPECT_EQ(newest_event(), "user-token.refuse refused user:active@bank.test: wrong-password");
  EXPECT_TRUE(is_refused("invited@bank.test", ""));
  EXPECT_EQ(newest_event(), "user-token.refuse refused user:invited@bank.test: not-active");
  EXPECT_TRUE(is_refused("suspended@bank.test", test::kGoodPassword));
  EXPECT_EQ(newest_event(), "user-token.refuse refused user:suspended@bank.test: not-active");
  EXPECT_TRUE(is_refused("suspended@bank.test", "wrong"));
  EXPECT_EQ(newest_event(), "user-token.refuse refused user:suspended@bank.test: wrong-password");
}

TEST_F(UserTokensTest, AnUnknownNameIsRefusedAlikeAndNotRecorded) {
  active("asha@bank.test");
  const auto known = sign_in("asha@bank.test", "wrong password here");
  for (const auto* name : {"mistyped@bank.test", "mistyped", "", "asha@bank.test\n", "hunter2 mistyped"}) {
    const auto unknown = sign_in(name, "wrong password here");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, known.error().code);
    EXPECT_EQ(unknown.error().message, known.error().message);
    EXPECT_EQ(unknown.error().detail, known.error().detail);
    EXPECT_EQ(newest_event(), "user-token.refuse refused: unknown-user");
  }
  for (const auto& event : sink_.events) {
    EXPECT_THAT(event.event, Not(HasSubstr("mistyped")));
    EXPECT_THAT(event.event, Not(HasSubstr("wrong password here")));
  }
  EXPECT_FALSE(store_holds("mistyped"));
}

TEST_F(UserTokensTest, APasswordExpiresWhereTheNetworkWantsIt) {
  active("asha@bank.test");
  test_.clock().advance(90 * 24h - 1ms);
  policy_.password_lifetime = 90 * 24h;
  EXPECT_TRUE(done(sign_in("asha@bank.test")));
  test_.clock().advance(1ms);
  EXPECT_TRUE(is_refused("asha@bank.test", test::kGoodPassword));
  EXPECT_EQ(newest_event(), "user-token.refuse refused user:asha@bank.test: expired");
  policy_.password_lifetime.reset();
  EXPECT_TRUE(done(sign_in("asha@bank.test")));
}

TEST_F(UserTokensTest, AChangedPasswordReplacesTheOldOne) {
  const auto user = active("asha@bank.test");
  ASSERT_TRUE(done(activation_.change_password(good_password(), other_password(), by_user(user))));
  EXPECT_TRUE(is_refused("asha@bank.test", test::kGoodPassword));
  EXPECT_TRUE(done(sign_in("asha@bank.test", test::kOtherPassword)));
}

TEST_F(UserTokensTest, NoTokenGoesOutThatCannotBeAudited) {
  active("asha@bank.test");
  sink_.is_full = true;
  for (const auto* username : {"asha@bank.test", "mistyped@bank.test"}) {
    for (const auto password : {test::kGoodPassword, std::string_view("wrong")}) {
      const auto answer = sign_in(username, password);
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
    }
  }
}

TEST_F(UserTokensTest, NobodySignsInWhileTheClockIsMoreThanAMinuteBehind) {
  active("asha@bank.test");
  test_.clock().advance(-60s - 1ms);
  const auto answer = sign_in("asha@bank.test");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
  test_.clock().advance(1ms);
  EXPECT_TRUE(done(sign_in("asha@bank.test")));
}

TEST_F(UserTokensTest, APasswordUnderOldParametersIsHashedAnew) {
  auto user = active("asha@bank.test");
  const auto weaker = crypto::PasswordHasher::create({.memory_bytes = 16384, .passes = 1});
  user.password_hash = *weaker->hash(good_password());
  write([&](Transaction& transaction) { return transaction.users().update(user); });
  EXPECT_TRUE(is_refused("asha@bank.test", "wrong"));
  EXPECT_EQ(find("asha@bank.test")->password_hash, user.password_hash);
  ASSERT_TRUE(done(sign_in("asha@bank.test")));
  const auto after = *find("asha@bank.test");
  EXPECT_FALSE(hasher_.needs_rehash(after.password_hash));
  EXPECT_TRUE(hasher_.verify(after.password_hash, good_password()));
  EXPECT_EQ(after.credential_version, user.credential_version);
}

}  // namespace
}  // namespace dwarpal::core
