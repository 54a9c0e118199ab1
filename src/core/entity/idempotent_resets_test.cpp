#include "core/entity/idempotent_resets.hpp"

#include "support/entity_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;
using test::done;
using test::refused;

constexpr std::string_view kReplaced = "The secret that was made under this Idempotency-Key has been replaced since";
constexpr std::string_view kAnother = "The Idempotency-Key was used with another secretExpiryDays or revokeOld";

class IdempotentResetsTest : public test::EntityFixture {
 protected:
  static IdempotencyKey key(std::string_view text = "key-1") { return *IdempotencyKey::parse(text); }
  Result<ResetAnswer> reset_under(std::string_view text, std::optional<std::int64_t> days = {}) {
    return resets_.reset(reset_request(days), key(text), by_admin());
  }
  std::int64_t secrets() {
    return read([&](Transaction& transaction) { return transaction.secrets().newest(member_.uuid); })->state.number;
  }

  IdempotentResets resets_{test_.store(), process_.secrets, keys_, audit_, process_.events, decision_clock_};
};

TEST(IdempotencyKey, IsOneTo255VisibleAsciiCharacters) {
  EXPECT_TRUE(IdempotencyKey::parse("x"));
  EXPECT_TRUE(IdempotencyKey::parse(R"("8e03978e-40d5-43dd-bc93-6894a57f9324")"));
  EXPECT_TRUE(IdempotencyKey::parse("!~"));
  EXPECT_TRUE(IdempotencyKey::parse(std::string(255, 'x')));
  for (const auto& text : {std::string(), std::string(256, 'x'), std::string("two words"), std::string("tab\t"),
                           std::string("\x7f"), std::string("schl\xC3\xBCssel"), std::string("a\0b", 3)}) {
    const auto bad = IdempotencyKey::parse(text);
    ASSERT_FALSE(bad) << text;
    EXPECT_EQ(bad.error().code, ErrorCode::InvalidInput);
    EXPECT_TRUE(bad.error().message.starts_with("Idempotency-Key "));
  }
}

TEST_F(IdempotentResetsTest, ARetryGetsTheFirstAnswerAgainAndNoOtherSecret) {
  const auto first = reset_under("key-1");
  ASSERT_TRUE(done(first));
  EXPECT_FALSE(first->replayed);
  at(day(1) - 1ms);
  auto later = by_admin_until(day(2));
  later.txn_id = "another";
  const auto again = resets_.reset(reset_request(), key(), later);
  ASSERT_TRUE(done(again));
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->secret.secret.expose(), first->secret.secret.expose());
  EXPECT_EQ(again->secret.expires_at, first->secret.expires_at);
  EXPECT_EQ(again->secret.message, first->secret.message);
  EXPECT_EQ(again->txn_id, "txn");
  EXPECT_EQ(again->answered_at, start_);
  EXPECT_EQ(secrets(), 1);
  EXPECT_EQ(newest_audit_record(), "secret.repeat done entity:FIP-1");
  EXPECT_EQ(audit_records().back().at("details"), (boost::json::value{{"number", 1}}));
}

TEST_F(IdempotentResetsTest, AKeyIsForgottenAfterADay) {
  const auto first = reset_under("key-1");
  at(day(1));
  const auto next = reset_under("key-1");
  ASSERT_TRUE(done(next));
  EXPECT_FALSE(next->replayed);
  EXPECT_NE(next->secret.secret.expose(), first->secret.secret.expose());
  EXPECT_EQ(reset_under("key-1")->secret.secret.expose(), next->secret.secret.expose());
}

TEST_F(IdempotentResetsTest, AnotherKeyUserOrEntityIsAnotherCall) {
  ASSERT_TRUE(done(reset_under("key-1")));
  EXPECT_FALSE(reset_under("key-2")->replayed);

  const auto second = active("second@fip.test");
  make_admin(second, member_);
  EXPECT_FALSE(resets_.reset(reset_request(), key("key-2"), by_user(second))->replayed);

  const auto other = entity("FIP-2");
  make_admin(admin_, other);
  EXPECT_FALSE(resets_.reset({.entity = other.id, .expiry_days = {}}, key("key-2"), by_admin())->replayed);
  EXPECT_EQ(secrets(), 3);
}

TEST_F(IdempotentResetsTest, AnotherRequestUnderTheKeyIsAConflict) {
  ASSERT_TRUE(done(reset_under("key-1", 30)));
  EXPECT_TRUE(refused(reset_under("key-1", 31), ErrorCode::Conflict, kAnother));
  EXPECT_TRUE(refused(reset_under("key-1"), ErrorCode::Conflict, kAnother));
  auto ending = reset_request(30);
  ending.old_secrets = OldSecrets::End;
  EXPECT_TRUE(refused(resets_.reset(ending, key(), by_admin()), ErrorCode::Conflict, kAnother));
  EXPECT_EQ(newest_audit_record(), "secret.reset refused entity:FIP-1: " + std::string(kAnother));
  EXPECT_TRUE(reset_under("key-1", 30)->replayed);
  EXPECT_EQ(secrets(), 1);
}

TEST_F(IdempotentResetsTest, ASecretThatIsNoLongerTheNewestIsAConflict) {
  ASSERT_TRUE(done(reset_under("key-1")));
  reset();
  EXPECT_TRUE(refused(reset_under("key-1"), ErrorCode::Conflict, kReplaced));
  EXPECT_EQ(secrets(), 2);
}

TEST_F(IdempotentResetsTest, RightsAreCheckedEachTime) {
  ASSERT_TRUE(done(reset_under("key-1")));
  ASSERT_TRUE(done(accounts_.remove_entity_admin(admin_.email, member_.id, by_operator())));
  EXPECT_TRUE(refused(reset_under("key-1"), ErrorCode::Unauthorized, "Invalid entity id"));
  make_admin(admin_, member_);
  ASSERT_TRUE(done(entities_.suspend(member_.id, "", by_operator())));
  EXPECT_TRUE(refused(reset_under("key-1"), ErrorCode::Unauthorized, "Invalid entity id"));
  ASSERT_TRUE(done(entities_.resume(member_.id, by_operator())));
  EXPECT_TRUE(reset_under("key-1")->replayed);
}

TEST_F(IdempotentResetsTest, ARefusedResetIsNotRemembered) {
  EXPECT_TRUE(
      refused(reset_under("key-1", 0), ErrorCode::InvalidInput, "secretExpiryDays must be an integer of at least 1"));
  EXPECT_FALSE(reset_under("key-1", 1)->replayed);
}

TEST_F(IdempotentResetsTest, ATimeTravelChangesNothingInAnAnswerThatWasGiven) {
  const auto first = reset_under("key-1");
  shift_clock(10 * 24h);
  const auto again = reset_under("key-1");
  ASSERT_TRUE(done(again));
  EXPECT_EQ(again->secret.expires_at, first->secret.expires_at);
}

TEST_F(IdempotentResetsTest, LieInTheStoreByReferenceAlone) {
  const auto answer = reset_under("a-key-that-is-easy-to-find");
  EXPECT_FALSE(store_holds("a-key-that-is-easy-to-find"));
  EXPECT_FALSE(store_holds(answer->secret.secret.expose()));
}

TEST_F(IdempotentResetsTest, AreForgottenByTheJobWhenTheyAreADayOld) {
  ASSERT_TRUE(done(reset_under("key-1")));
  at(day(1) - 1ms);
  ASSERT_TRUE(done(resets_.forget_old()));
  EXPECT_TRUE(reset_under("key-1")->replayed);
  at(day(1));
  ASSERT_TRUE(done(resets_.forget_old()));
  at(day(1) - 1ms);  // would still be in time
  EXPECT_FALSE(reset_under("key-1")->replayed);
}

}  // namespace
}  // namespace dwarpal::core
