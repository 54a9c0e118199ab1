#include "core/entity/entity_tokens.hpp"

#include "core/signing/access_tokens.hpp"
#include "crypto/jws.hpp"
#include "support/entity_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;

constexpr std::string_view kRefusal = "Invalid entity id/secret or secret is expired";

class EntityTokensTest : public test::EntityFixture {
 protected:
  EntityTokens& tokens() { return process_.tokens; }
  AccessTokens access_tokens() {
    return {test_.store(), process_.view, revoked_, *process_.key_ring, decision_clock_, policy_};
  }
  static boost::json::object claims_of(const IssuedToken& token) {
    return boost::json::parse(crypto::parse_compact_jws(token.access_token).value().payload).as_object();
  }
  RevokedTokens revoked_{test_.store()};

  void expect_refused(const EntityCredentials& wrong, const std::string& record) {
    EXPECT_FALSE(tokens().issue_from_memory(wrong, anonymous()));
    EXPECT_TRUE(refused(tokens().issue(wrong, anonymous()), ErrorCode::Unauthorized, kRefusal));
    EXPECT_EQ(newest_audit_record(), record);
  }
};

TEST_F(EntityTokensTest, TellWhoTheEntityIsAndWhatItDoes) {
  test_.clock().advance(999ms);
  const auto issued = token(reset().secret.expose());
  ASSERT_TRUE(done(issued));
  EXPECT_EQ(issued->expires_in, 24h);
  EXPECT_EQ(issued->not_before_policy, 0);
  EXPECT_EQ(issued->scope, "openid email profile");

  const auto claims = claims_of(*issued);
  const auto text = [&](std::string_view name) { return std::string(claims.at(name).as_string()); };
  EXPECT_EQ(claims.at("iat").as_int64(), unix_seconds(start_));
  EXPECT_EQ(claims.at("exp").as_int64(), unix_seconds(start_) + 86'400);
  EXPECT_EQ(text("jti").size(), 36U);
  EXPECT_EQ(text("iss"), "https://iam.setu.test/auth/realms/sahamati");
  EXPECT_EQ(text("sub"), member_.uuid.text());
  EXPECT_EQ(text("aud"), "account");
  EXPECT_EQ(text("typ"), "Bearer");
  EXPECT_EQ(text("acr"), "1");
  for (const auto* name : {"azp", "clientId", "client_id", "name"}) EXPECT_EQ(text(name), "FIP-1");
  EXPECT_EQ(text("scope"), "openid email profile");
  EXPECT_EQ(text("roles"), "FIP");
  EXPECT_EQ(text("preferred_username"), "service-account-fip-1");
  EXPECT_EQ(claims.size(), 15U);
}

TEST_F(EntityTokensTest, LastAsLongAsThePolicySays) {
  policy_.entity_token_lifetime = 90min;
  policy_.entity_scope = "openid";
  const auto issued = token(reset().secret.expose()).value();
  EXPECT_EQ(issued.expires_in, 90min);
  EXPECT_EQ(issued.scope, "openid");
  const auto claims = claims_of(issued);
  EXPECT_EQ(claims.at("exp").as_int64() - claims.at("iat").as_int64(), 5400);
}

TEST_F(EntityTokensTest, AreTakenByOurOwnVerifier) {
  const auto issued = token(reset().secret.expose()).value();
  const auto actor = access_tokens().of_anybody(issued.access_token);
  ASSERT_TRUE(done(actor));
  EXPECT_EQ(actor->actor.name, "FIP-1");
}

TEST_F(EntityTokensTest, ComeFromMemoryOnceTheStoreWasAsked) {
  const auto secret = reset();
  const auto known = credentials(secret.secret.expose());
  EXPECT_FALSE(tokens().issue_from_memory(known, anonymous()));
  EXPECT_TRUE(done(tokens().issue(known, anonymous())));
  const auto from_memory = tokens().issue_from_memory(known, anonymous());
  ASSERT_TRUE(from_memory);
  EXPECT_TRUE(done(*from_memory));
}

TEST_F(EntityTokensTest, AreRecordedWithWhatTheyWereMadeOf) {
  reset(180);
  const auto s2 = reset(180);
  const auto first = token(s2.secret.expose()).value();
  auto record = audit_records().back();
  EXPECT_EQ(in_short(record), "entity-token.issue done entity:FIP-1");
  EXPECT_EQ(record.at("actorKind"), "entity");
  EXPECT_EQ(record.at("actor"), "FIP-1");
  EXPECT_EQ(record.at("clientAddress"), "203.0.113.7");
  EXPECT_EQ(record.at("details"), (boost::json::object{{"jti", claims_of(first).at("jti")},
                                                       {"kid", process_.key_ring->active().text()},
                                                       {"secret", 2},
                                                       {"standing", "current"}}));
  at(day(181));
  use(s2);
  EXPECT_EQ(audit_records().back().at("details").at("standing"), "expired-in-grace");
  reset();
  use(s2);
  EXPECT_EQ(audit_records().back().at("details").at("standing"), "replaced-in-grace");
}

TEST_F(EntityTokensTest, AreRefusedAlikeWhateverIsWrong) {
  const auto s1 = reset(180);
  expect_refused(credentials("wrong"), "entity-token.refuse refused entity:FIP-1: wrong-secret");
  expect_refused(credentials(""), "entity-token.refuse refused entity:FIP-1: wrong-secret");
  expect_refused(credentials(s1.secret.expose(), "fip-1"), "entity-token.refuse refused: unknown");
  expect_refused(credentials(s1.secret.expose(), "a-typo"), "entity-token.refuse refused: unknown");
  expect_refused(credentials(s1.secret.expose(), ""), "entity-token.refuse refused: unknown");
  EXPECT_FALSE(store_holds("a-typo"));
  at(day(185));
  expect_refused(credentials(s1.secret.expose()), "entity-token.refuse refused entity:FIP-1: ended-secret");
}

TEST_F(EntityTokensTest, SlowWrongSecretsFromOneAddressAndNeverTheRightOne) {
  const auto s1 = reset();
  auto elsewhere = anonymous();
  elsewhere.client_address = "203.0.113.8";
  for (std::int64_t failure = 1; failure <= policy_.secret_failures + 1; ++failure) {
    expect_refused(credentials("wrong"), "entity-token.refuse refused entity:FIP-1: wrong-secret");
  }
  for (const auto* id : {"FIP-1", "a-typo"}) {
    const auto slowed = process_.token(credentials("wrong", id), anonymous());
    ASSERT_FALSE(slowed);
    EXPECT_EQ(slowed.error().code, ErrorCode::TooManyRequests);
    EXPECT_EQ(slowed.error().retry_after, 1s);
  }
  EXPECT_EQ(use(s1), "ok");
  EXPECT_EQ(process_.token(credentials("wrong"), elsewhere).error().code, ErrorCode::Unauthorized);
}

TEST_F(EntityTokensTest, AreForActiveEntitiesOnly) {
  const auto s1 = reset();
  for (const auto status : {EntityStatus::Registered, EntityStatus::Suspended, EntityStatus::Deregistered}) {
    set_status(stored(), status);
    expect_refused(credentials(s1.secret.expose()), "entity-token.refuse refused entity:FIP-1: not-active");
  }
  set_status(stored(), EntityStatus::Active);
  EXPECT_EQ(use(s1), "ok");
}

TEST_F(EntityTokensTest, NeedTheSecretOfThatEntity) {
  const auto other = entity("FIU-1");
  make_admin(admin_, other);
  const auto theirs = process_.secrets.reset({.entity = other.id, .expiry_days = {}}, by_admin()).value();
  const auto ours = reset();
  expect_refused(credentials(theirs.secret.expose()), "entity-token.refuse refused entity:FIP-1: wrong-secret");
  EXPECT_TRUE(done(process_.token(credentials(theirs.secret.expose(), "FIU-1"), anonymous())));
  EXPECT_EQ(use(ours), "ok");
}

TEST_F(EntityTokensTest, DoNotGoOutWhenTheyCannotBeRecorded) {
  const auto secret = reset();
  use(secret);
  process_.events.is_full = true;
  const auto known = credentials(secret.secret.expose());
  const auto from_memory = tokens().issue_from_memory(known, anonymous());
  ASSERT_TRUE(from_memory);
  ASSERT_FALSE(*from_memory);
  EXPECT_EQ(from_memory->error().code, ErrorCode::Unavailable);
  EXPECT_EQ(tokens().issue(known, anonymous()).error().code, ErrorCode::Unavailable);
  EXPECT_EQ(tokens().issue(credentials("wrong"), anonymous()).error().code, ErrorCode::Unavailable);
}

TEST_F(EntityTokensTest, StopWhenTheClockIsFarBehindTheStore) {
  const auto secret = reset();
  use(secret);
  at(start_ - 60s);
  EXPECT_EQ(use(secret), "ok");
  at(start_ - 60s - 1ms);
  const auto known = credentials(secret.secret.expose());
  EXPECT_FALSE(tokens().issue_from_memory(known, anonymous()));
  EXPECT_EQ(tokens().issue(known, anonymous()).error().code, ErrorCode::Unavailable);
}

TEST_F(EntityTokensTest, OfBeforeASuspensionStayDeadAndOneOfTheSameSecondAfterwardsIsGood) {
  const auto secret = reset();
  test_.clock().advance(300ms);
  const auto before = token(secret.secret.expose()).value();
  ASSERT_TRUE(done(access_tokens().of_anybody(before.access_token)));
  ASSERT_TRUE(done(entities_.suspend(member_.id, "an incident", by_operator())));
  test_.clock().advance(300ms);
  ASSERT_TRUE(done(entities_.resume(member_.id, by_operator())));
  const auto after = token(secret.secret.expose()).value();
  EXPECT_FALSE(access_tokens().of_anybody(before.access_token));
  EXPECT_TRUE(done(access_tokens().of_anybody(after.access_token)));
  EXPECT_EQ(after.not_before_policy, unix_seconds(start_) + 1);
  EXPECT_EQ(claims_of(after).at("iat").as_int64(), unix_seconds(start_) + 1);
  EXPECT_EQ(claims_of(after).at("exp").as_int64(), unix_seconds(start_) + 1 + 86'400);
}

TEST_F(EntityTokensTest, OfBetweenTwoSuspensionsOfOneSecondStayDead) {
  const auto secret = reset();
  const auto suspend_and_resume = [&] {
    ASSERT_TRUE(done(entities_.suspend(member_.id, "an incident", by_operator())));
    ASSERT_TRUE(done(entities_.resume(member_.id, by_operator())));
  };
  for (const auto later : {0ms, 300ms}) {
    test_.clock().advance(later);
    suspend_and_resume();
    const auto between = token(secret.secret.expose()).value();
    ASSERT_TRUE(done(access_tokens().of_anybody(between.access_token)));
    suspend_and_resume();
    EXPECT_FALSE(access_tokens().of_anybody(between.access_token));
    test_.clock().advance(1h);
    EXPECT_FALSE(access_tokens().of_anybody(between.access_token));
    EXPECT_TRUE(done(access_tokens().of_anybody(token(secret.secret.expose()).value().access_token)));
  }
}

TEST_F(EntityTokensTest, OfTheInstantOfASuspensionAreDead) {
  const auto before = token(reset().secret.expose()).value();
  ASSERT_TRUE(done(entities_.suspend(member_.id, "an incident", by_operator())));
  ASSERT_TRUE(done(entities_.resume(member_.id, by_operator())));
  EXPECT_FALSE(access_tokens().of_anybody(before.access_token));
}

TEST_F(EntityTokensTest, OfAnEarlierSecretOutliveIt) {
  const auto s1 = reset();
  const auto issued = token(s1.secret.expose()).value();
  auto request = reset_request();
  request.old_secrets = OldSecrets::End;
  ASSERT_TRUE(done(process_.secrets.reset(request, by_admin())));
  EXPECT_EQ(use(s1), "401");
  EXPECT_TRUE(done(access_tokens().of_anybody(issued.access_token)));
}

TEST_F(EntityTokensTest, FollowAResetAtOnceAndAChangeByAnotherProcessBeforeTheNextRefusal) {
  const auto s1 = reset(180);
  EXPECT_EQ(use(s1), "ok");
  const auto s2 = reset(180);
  EXPECT_EQ(use(s2), "ok");
  EXPECT_EQ(use(s1), replaced_until(day(5)));

  const auto other_store = test_.open();
  test::EntityProcess other(*other_store, test_.clock(), keys_, random_, policy_);
  auto request = reset_request(180);
  request.old_secrets = OldSecrets::End;
  const auto s3 = other.secrets.reset(request, by_admin()).value();
  EXPECT_EQ(use(s3), "ok");
  EXPECT_EQ(use(s2), "401");
  EXPECT_EQ(use_in(other, s3), "ok");
}

TEST_F(EntityTokensTest, StopAtOnceWhenAnotherProcessSuspendedTheEntityAndThisOneNoticed) {
  const auto secret = reset();
  EXPECT_EQ(use(secret), "ok");
  const auto other_store = test_.open();
  Entities elsewhere(*other_store, accounts_, audit_, decision_clock_, random_, policy_);
  ASSERT_TRUE(done(elsewhere.suspend(member_.id, "an incident", by_operator())));
  ASSERT_TRUE(done(test_.store().notice_changes()));
  EXPECT_EQ(use(secret), "401");
}

}  // namespace
}  // namespace dwarpal::core
