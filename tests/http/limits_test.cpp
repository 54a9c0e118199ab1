// What slows down whoever guesses.
#include <SQLiteCpp/SQLiteCpp.h>

#include <boost/json/parse.hpp>

#include "http/scenario.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace dwarpal::test {
namespace {

constexpr int kAnywhere = 25;

class Limits : public Scenario {
 protected:
  Limits() {
    settings_.policy.password_failures_anywhere = kAnywhere;
    settings_.policy.secret_failures = 20;
  }
  Reply sign_in_from(const std::string& address, const std::string& email, const std::string& password) {
    const auto body = "username=" + form_encoded(email) + "&password=" + form_encoded(password);
    return ask(form_call("/user/token/generate", body).with("X-Forwarded-For", address));
  }
  Reply token_from(const std::string& address, const std::string& id, const std::string& secret) {
    const auto body = "id=" + form_encoded(id) + "&secret=" + form_encoded(secret);
    return ask(form_call("/entity/token/generate", body).with("X-Forwarded-For", address));
  }
  void expect_slowed(const Reply& reply, const std::string& seconds) {
    EXPECT_THAT(reply, is_refused_naming(429, ""));
    EXPECT_EQ(reply.header("retry-after"), seconds);
  }
  void fail_ten_times(const std::string& email) {
    for (int failure = 1; failure <= 10; ++failure) {
      EXPECT_THAT(sign_in(email, "wrong"), is_refused(401, kBadPassword)) << failure;
    }
  }
};

TEST_F(Limits, OfPasswordsGrowFromTheTenthFailureOnAndASuccessEndsThem) {
  fail_ten_times(kAdmin);
  expect_slowed(sign_in(kAdmin), "1");  // also with the right password
  clock_.advance(1s);
  EXPECT_THAT(sign_in(kAdmin, "wrong"), is_refused(401, kBadPassword));
  expect_slowed(sign_in(kAdmin, "wrong"), "2");
  clock_.advance(2s - 1ms);
  expect_slowed(sign_in(kAdmin), "1");
  clock_.advance(1ms);
  EXPECT_THAT(sign_in(kAdmin), is_answered());
  fail_ten_times(kAdmin);
}

TEST_F(Limits, OfPasswordsAreTheSameForUnknownUsers) {
  for (const std::string nobody : {"nobody@fip-1.test", "no email at all"}) {
    fail_ten_times(nobody);
    expect_slowed(sign_in(nobody), "1");
  }
}

TEST_F(Limits, OfPasswordsCostTheStoreTheSameForKnownAndUnknownUsers) {
  reset();
  SQLite::Database database(storage::SqliteStore::file_in(data_directory()).string(), SQLite::OPEN_READWRITE, 10'000);
  for (const auto* table : {"entity_admins", "entity_secrets"}) {
    database.exec("ALTER TABLE " + std::string(table) + " RENAME TO away");
    // Whoever has no right password does not come so far.
    EXPECT_THAT(sign_in("nobody@fip-1.test", "wrong"), is_refused(401, kBadPassword)) << table;
    EXPECT_THAT(sign_in(kAdmin, "wrong"), is_refused(401, kBadPassword)) << table;
    EXPECT_EQ(sign_in(kAdmin).status, 500U) << table;
    database.exec("ALTER TABLE away RENAME TO " + std::string(table));
  }
  EXPECT_THAT(sign_in(kAdmin), is_answered());
}

TEST_F(Limits, OfPasswordsCountOneEmailInAnyCaseFromOneAddress) {
  fail_ten_times(kAdmin);
  expect_slowed(sign_in("ADMIN@FIP-1.TEST"), "1");
  EXPECT_THAT(sign_in(kOperator), is_answered());
  EXPECT_THAT(sign_in_from("203.0.113.9", kAdmin, kPassword), is_answered());
}

TEST_F(Limits, OfPasswordsReachAllAddressesThatNeverSignedInAfterManyFailuresAnywhere) {
  EXPECT_THAT(sign_in_from("203.0.113.1", kAdmin, kPassword), is_answered());
  for (int failure = 0; failure <= kAnywhere; ++failure) {
    EXPECT_THAT(sign_in_from("198.51.100." + std::to_string(failure), kAdmin, "wrong"), is_refused(401, kBadPassword));
  }
  expect_slowed(sign_in_from("203.0.113.9", kAdmin, kPassword), "1");
  EXPECT_THAT(sign_in_from("203.0.113.1", kAdmin, kPassword), is_answered());
}

TEST_F(Limits, OfPasswordsReachGuessesAtTheOldOne) {
  const auto token = token_of(kAdmin);
  const auto change = [&](const std::string& old_password) {
    return post("/user/password/change", {{"oldPassword", old_password}, {"password", kOtherPassword}}, token);
  };
  for (int failure = 1; failure <= 10; ++failure) {
    EXPECT_THAT(change("wrong"), is_refused(401, "The old password is wrong")) << failure;
  }
  expect_slowed(change(kPassword), "1");
  clock_.advance(1s);
  EXPECT_THAT(change(kPassword), is_answered());
}

TEST_F(Limits, OfSecretsNeverRefuseARightOne) {
  const auto secret = reset().text("secret");
  const std::string attacker = "203.0.113.66";
  int failures = 0;
  while (token_from(attacker, failures % 2 == 0 ? kMember : "no-such", "wrong").status == 401 && failures < 200) {
    ++failures;
    EXPECT_THAT(token_from(attacker, kMember, secret), is_answered());
  }
  EXPECT_GE(failures, 20);
  EXPECT_LT(failures, 200);
  expect_slowed(token_from(attacker, kMember, "wrong"), "1");
  expect_slowed(token_from(attacker, "no-such", "wrong"), "1");
  EXPECT_THAT(token_from(attacker, kMember, secret), is_answered());
  EXPECT_THAT(token_from("203.0.113.67", kMember, "wrong"), is_refused(401, kBadSecret));
  EXPECT_THAT(token_from("203.0.113.67", kMember, secret), is_answered());
}

TEST_F(Limits, OfSecretsSpareWhoeverHasTheNewOneWhileReplicasUseTheOld) {
  const auto old_secret = reset().text("secret");
  const auto secret = post("/entity/secret/reset", {{"entityId", kMember}, {"revokeOld", true}}, token_of(kAdmin));
  for (int retries = 0; retries < 50; ++retries) entity_token(old_secret);
  expect_slowed(entity_token(old_secret), "1");
  EXPECT_THAT(entity_token(secret.text("secret")), is_answered());
}

TEST_F(Limits, DoNotCountSuccesses) {
  const auto secret = reset().text("secret");
  for (int times = 0; times < 200; ++times) EXPECT_THAT(entity_token(secret), is_answered());
  for (int times = 0; times < 30; ++times) EXPECT_THAT(sign_in(kAdmin), is_answered());
}

}  // namespace
}  // namespace dwarpal::test
