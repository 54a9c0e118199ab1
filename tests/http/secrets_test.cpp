// The calls on an entity's secret, and what its token says.
#include <boost/json/parse.hpp>
#include <regex>

#include "crypto/base64url.hpp"
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

const std::string kDefaultMessage =
    "The expiry is set to 180 days by default, as the user didn't specify or exceeded the default limit.";

class Secrets : public Scenario {
 protected:
  Reply reset_with(const boost::json::object& more) {
    boost::json::object body{{"entityId", kMember}};
    for (const auto& member : more) body.insert(member);
    return post("/entity/secret/reset", body, token_of(kAdmin));
  }
  Reply status(const std::string& email = kAdmin) {
    return post("/entity/secret/status", {{"entityId", kMember}}, token_of(email));
  }
  Reply revoke(const std::string& email = kAdmin) {
    return post("/entity/secret/revoke", {{"entityId", kMember}}, token_of(email));
  }
  static boost::json::object claims_of(const std::string& token) {
    const auto first = token.find('.') + 1;
    return boost::json::parse(*crypto::base64url_decode(token.substr(first, token.rfind('.') - first))).as_object();
  }
  static std::int64_t milliseconds(Instant instant) { return unix_milliseconds(instant); }
};

TEST_F(Secrets, AreMadeByAResetWhichMakesTheEntityActive) {
  EXPECT_THAT(read(), is_refused(404, "Secret is not generated for the entity"));
  at(day(1) + 466ms);
  const auto reply = reset();
  // The token's `exp` has whole seconds, and limits the secret.
  EXPECT_THAT(reply, is_answered({{"entityId", kMember},
                                  {"expiresOn", milliseconds(day(181))},
                                  {"expirationDate", "2026-07-01T00:00:00.000"},
                                  {"message", kDefaultMessage}}));
  EXPECT_TRUE(std::regex_match(reply.text("secret"), std::regex("[A-Za-z0-9_-]{43,}"))) << reply.text("secret");
  EXPECT_EQ(reply.json().size(), 8U);
  EXPECT_EQ(use(reply.text("secret")), "ok");
  EXPECT_EQ(node().entities.show(EntityId(kMember))->status, core::EntityStatus::Active);
}

TEST_F(Secrets, AreReadBackAsTheyWereMadeWhateverTheirStanding) {
  const auto made = reset(30);
  EXPECT_FALSE(made.has("message"));
  const auto same = is_answered({{"secret", made.text("secret")},
                                 {"expiresOn", milliseconds(day(30))},
                                 {"expirationDate", "2026-01-31T00:00:00.000"}});
  for (const auto now : {start_, day(29), day(31), day(40), day(400)}) {
    at(now);
    EXPECT_THAT(read(), same);
    EXPECT_FALSE(read().has("message"));
  }
}

TEST_F(Secrets, ExpireAfterTheDaysThatWereAskedFor) {
  for (const auto& [days, expected] :
       {std::pair<boost::json::value, int>{1, 1}, {"1", 1}, {"030", 30}, {179, 179}, {180, 180}, {"180", 180}}) {
    const auto reply = reset_with({{"secretExpiryDays", days}});
    EXPECT_THAT(reply, is_answered({{"expiresOn", milliseconds(day(expected))}})) << days;
    EXPECT_FALSE(reply.text("message").contains("by default")) << days;
  }
  for (const boost::json::value& days :
       {boost::json::value(181), boost::json::value("181"), boost::json::value(std::int64_t{9'000'000'000'000'000'000}),
        boost::json::value("99999999999999999999999"), boost::json::value(1e30), boost::json::value(0x1p64)}) {
    const auto reply = reset_with({{"secretExpiryDays", days}});
    EXPECT_THAT(reply, is_answered({{"expiresOn", milliseconds(day(180))}})) << days;
    EXPECT_TRUE(reply.text("message").starts_with(kDefaultMessage)) << days;
  }
}

TEST_F(Secrets, AreCutByTheUserTokenAndSayItFromAWholeDayOn) {
  const auto token = token_of(kAdmin);
  const auto reset_by_it = [&](const boost::json::object& body) { return post("/entity/secret/reset", body, token); };
  const boost::json::object by_default{{"entityId", kMember}};
  const boost::json::object for_180_days{{"entityId", kMember}, {"secretExpiryDays", 180}};
  at(day(1) - 1ms);  // the cut is a moment less than a day
  EXPECT_THAT(reset_by_it(by_default),
              is_answered({{"expiresOn", milliseconds(day(180))}, {"message", kDefaultMessage}}));
  EXPECT_FALSE(reset_by_it(for_180_days).has("message"));
  at(day(1));
  const auto cut = reset_by_it(for_180_days);
  EXPECT_THAT(cut, is_answered({{"expiresOn", milliseconds(day(180))}}));
  EXPECT_THAT(cut.text("message"), testing::HasSubstr("2026-06-30"));
  const auto both = reset_by_it(by_default).text("message");
  EXPECT_TRUE(both.starts_with(kDefaultMessage)) << both;
  EXPECT_THAT(both, testing::HasSubstr("2026-06-30"));
}

class SecretsInSeconds : public Secrets {
 protected:
  SecretsInSeconds() { settings_.policy.expires_on_unit = core::TimestampUnit::Seconds; }
};

TEST_F(SecretsInSeconds, TellTheirExpiryInSecondsWhereThePolicySaysSo) {
  const auto expected =
      is_answered({{"expiresOn", unix_seconds(day(30))}, {"expirationDate", "2026-01-31T00:00:00.000"}});
  EXPECT_THAT(reset(30), expected);
  EXPECT_THAT(read(), expected);
}

class SecretsOf90Days : public Secrets {
 protected:
  SecretsOf90Days() {
    settings_.policy.secret_validity_default = std::chrono::days(90);
    settings_.policy.secret_validity_maximum = std::chrono::days(120);
  }
};

TEST_F(SecretsOf90Days, TellTheConfiguredDaysInTheMessage) {
  EXPECT_THAT(reset(), is_answered({{"expiresOn", milliseconds(day(90))},
                                    {"message",
                                     "The expiry is set to 90 days by default, as the user didn't specify or exceeded "
                                     "the default limit."}}));
  EXPECT_THAT(reset(121), is_answered({{"expiresOn", milliseconds(day(120))},
                                       {"message",
                                        "The expiry is set to 120 days by default, as the user didn't specify or "
                                        "exceeded the default limit."}}));
}

TEST_F(Secrets, TellWhenTheyWereMadeEndAndWereLastUsed) {
  EXPECT_THAT(status(), is_answered({{"entityId", kMember}, {"secrets", boost::json::array{}}}));
  const auto s1 = reset().text("secret");
  at(day(3));
  EXPECT_EQ(use(s1), "ok");
  at(day(10));
  reset(30);
  const boost::json::array expected{boost::json::object{{"state", "current"},
                                                        {"createdOn", milliseconds(day(10))},
                                                        {"expiresOn", milliseconds(day(40))},
                                                        {"graceEndsOn", milliseconds(day(45))}},
                                    boost::json::object{{"state", "replaced"},
                                                        {"createdOn", milliseconds(day(0))},
                                                        {"expiresOn", milliseconds(day(180))},
                                                        {"graceEndsOn", milliseconds(day(15))},
                                                        {"lastUsedOn", milliseconds(day(3))}}};
  EXPECT_THAT(status(), is_answered({{"secrets", expected}}));
  EXPECT_THAT(status(kOperator), is_answered({{"secrets", expected}}));
  EXPECT_FALSE(status().body.contains(s1));
  at(day(15));
  EXPECT_THAT(status(), is_answered({{"secrets", boost::json::array{expected.front()}}}));
  at(day(100));  // long expired, and still the current one
  EXPECT_THAT(status(), is_answered({{"secrets", boost::json::array{expected.front()}}}));
}

TEST_F(Secrets, AreRevokedByAdminsAndOperators) {
  EXPECT_THAT(revoke(), is_answered({{"entityId", kMember}, {"revoked", 0}}));
  const auto s1 = reset().text("secret");
  const auto s2 = reset().text("secret");
  const auto s3 = reset().text("secret");
  EXPECT_THAT(revoke(kOperator), is_answered({{"revoked", 2}}));
  EXPECT_EQ(use(s1), "401");
  EXPECT_EQ(use(s2), "401");
  EXPECT_EQ(use(s3), "ok");
  EXPECT_THAT(revoke(), is_answered({{"revoked", 0}}));
  EXPECT_THAT(read(), is_answered({{"secret", s3}}));
}

TEST_F(Secrets, WorkSideBySideUpTo16) {
  std::vector<std::string> secrets;
  for (int number = 1; number <= 16; ++number) {
    const auto reply = reset(180);
    EXPECT_FALSE(reply.has("message"));
    secrets.push_back(reply.text("secret"));
    clock_.advance(1min);
  }
  EXPECT_EQ(use(secrets.at(0)), replaced_warning(start_ + 1min + 5 * 24h));
  const auto reply = reset(180);
  EXPECT_THAT(reply.text("message"), testing::HasSubstr("16"));
  EXPECT_EQ(use(secrets.at(0)), replaced_warning(start_ + 1min + 5 * 24h));  // was used
  EXPECT_EQ(use(secrets.at(1)), "401");                                      // the oldest that never was
  EXPECT_EQ(use(secrets.at(2)), replaced_warning(start_ + 3min + 5 * 24h));
  EXPECT_EQ(status().json().at("secrets").as_array().size(), 16U);
}

TEST_F(Secrets, MakeTokensWithTheClaimsThatVerifiersRead) {
  const auto reply = entity_token(reset().text("secret"));
  EXPECT_THAT(reply, is_answered({{"expiresIn", 86'400},
                                  {"refreshExpiresIn", 0},
                                  {"tokenType", "Bearer"},
                                  {"notBeforePolicy", 0},
                                  {"scope", "openid email profile"}}));
  const auto claims = claims_of(reply.text("accessToken"));
  const auto now = unix_seconds(clock_.now());
  const boost::json::object expected{{"exp", now + 86'400},
                                     {"iat", now},
                                     {"iss", "https://iam.setu.test/auth/realms/sahamati"},
                                     {"aud", "account"},
                                     {"typ", "Bearer"},
                                     {"acr", "1"},
                                     {"azp", kMember},
                                     {"clientId", kMember},
                                     {"client_id", kMember},
                                     {"scope", "openid email profile"},
                                     {"roles", "FIP"},
                                     {"name", kMember},
                                     {"preferred_username", "service-account-fip-1"}};
  for (const auto& member : expected) EXPECT_EQ(claims.at(member.key()), member.value()) << member.key();
  EXPECT_FALSE(claims.contains("nbf"));
  EXPECT_EQ(claims.size(), expected.size() + 2) << "sub and jti";
}

TEST_F(Secrets, AreToldInTheUserTokenByTheirExpiryAlone) {
  const auto claims = claims_of(token_of(kAdmin));
  EXPECT_FALSE(claims.contains("secret_expiry_ts"));
  EXPECT_EQ(claims.at("entity_meta"), (boost::json::object{{kMember, boost::json::array{"entity-admin"}}}));
  reset(30);
  clock_.advance(1min);
  const auto later = claims_of(token_of(kAdmin));
  EXPECT_EQ(later.at("secret_expiry_ts"), "2026-01-31T00:00:00.000Z");
  EXPECT_EQ(later.at("entity_secret_expiry"), (boost::json::object{{kMember, milliseconds(day(30))}}));
  EXPECT_FALSE(later.contains("roles") || later.contains("nbf"));
}

TEST_F(Secrets, ThatWereImportedWithoutAnExpiryAreToldOfWithoutOne) {
  reset();
  const auto uuid = node().entities.show(EntityId(kMember))->uuid;
  EXPECT_TRUE(node().store.write([&](core::Transaction& transaction) {
    const std::string imported = "imported";
    return transaction.secrets().insert(
        uuid, {.state = {.number = 2,
                         .digest = node().data_keys.secret_digest_key().mac(imported),
                         .created_at = start_,
                         .expires_at = std::nullopt,
                         .replaced_at = std::nullopt,
                         .ended_at = std::nullopt,
                         .last_used_at = std::nullopt},
               .sealed = node().data_keys.seal(imported, "secret:" + uuid.text() + ":2", node().machine.random)});
  }));
  const auto answer = read().json();
  EXPECT_EQ(answer.at("secret"), "imported");
  const auto listed = status().json().at("secrets").as_array().front().as_object();
  for (const auto* member : {"expiresOn", "expirationDate"}) {
    EXPECT_FALSE(answer.contains(member)) << member;
    EXPECT_FALSE(listed.contains(member)) << member;
  }
}

}  // namespace
}  // namespace dwarpal::test
