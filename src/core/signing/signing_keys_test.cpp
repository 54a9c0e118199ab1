#include "core/signing/signing_keys.hpp"

#include "core/signing/key_ring.hpp"
#include "core/signing/new_signing_key.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using crypto::SignatureAlgorithm;
using test::done;
using test::refused;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using When = RotationRequest::When;

class SigningKeysTest : public test::UserFixture {
 protected:
  static CallContext by_operator_of_network() {
    return by({.kind = Actor::Kind::User, .name = "operator@setu.test", .operator_role = true});
  }
  SigningKey rotate(When when, std::optional<SignatureAlgorithm> algorithm = {}) {
    auto key = signing_keys_.rotate({.algorithm = algorithm, .when = when}, by_operator_of_network());
    EXPECT_TRUE(done(key));
    return *key;
  }
  SigningKey stored(const KeyId& id) {
    const auto keys = read([](Transaction& transaction) { return transaction.signing_keys().list(); });
    return *std::ranges::find(keys, id, &SigningKey::id);
  }
  SigningKey active() {
    const auto keys = read([](Transaction& transaction) { return transaction.signing_keys().list(); });
    return *std::ranges::find(keys, SigningKeyState::Active, &SigningKey::state);
  }
  std::vector<std::string> key_records() {
    std::vector<std::string> records;
    for (const auto& record : audit_records()) {
      if (record.at("action").as_string().starts_with("key.")) records.push_back(in_short(record));
    }
    return records;
  }
  Store& store_with_a_key() {
    auto key = *make_signing_key({.algorithm = SignatureAlgorithm::ES256}, keys_, random_, test_.clock().now());
    key.state = SigningKeyState::Active;
    key.token_lifetime = policy_.longest_token_lifetime();
    write([&](Transaction& transaction) { return transaction.signing_keys().insert(key); });
    return test_.store();
  }

  SigningKeys signing_keys_{store_with_a_key(), keys_, mailer_, audit_, decision_clock_, random_, policy_};
  const KeyId first_ = active().id;
};

TEST_F(SigningKeysTest, TheScheduleDoesNothingBeforeItIsTime) {
  const auto before = test_.store().newest_commit();
  test_.clock().advance(76 * 24h - 1ms);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_EQ(test_.store().newest_commit(), before);
}

TEST_F(SigningKeysTest, TheSchedulePublishesActivatesRetiresAndRemoves) {
  test_.clock().advance(76 * 24h);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  const auto listed = *signing_keys_.list(by_operator_of_network());
  ASSERT_EQ(listed.size(), 2U);
  const auto next = listed[1].key.id;
  EXPECT_EQ(listed[1].key.state, SigningKeyState::Pending);
  EXPECT_EQ(listed[0].signs_until, listed[1].key.signs_from);
  test_.clock().advance(14 * 24h);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_EQ(active().id, next);
  test_.clock().advance(180 * 24h + 1h);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_EQ(stored(first_).state, SigningKeyState::Removed);
  const auto records = key_records();
  EXPECT_EQ(records[0], "key.publish done key:" + next.text());
  EXPECT_EQ(records[1], "key.retire done key:" + first_.text());
  EXPECT_EQ(records[2], "key.activate done key:" + next.text());
  EXPECT_EQ(records[3], "key.remove done key:" + first_.text());
}

TEST_F(SigningKeysTest, OfTwoProcessesOneRotates) {
  const auto other_store = test_.open();
  SigningKeys other(*other_store, keys_, mailer_, audit_, decision_clock_, random_, policy_);
  test_.clock().advance(76 * 24h);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_TRUE(done(other.follow_schedule()));
  test_.clock().advance(14 * 24h);
  EXPECT_TRUE(done(other.follow_schedule()));
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_EQ(signing_keys_.list(by_operator_of_network())->size(), 2U);
  EXPECT_EQ(key_records().size(), 3U);
}

TEST_F(SigningKeysTest, NothingRotatesWhileTheClockCannotBeTrusted) {
  test_.clock().advance(76 * 24h);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  test_.clock().advance(-61s);
  EXPECT_EQ(signing_keys_.follow_schedule().error().code, ErrorCode::Unavailable);
}

TEST_F(SigningKeysTest, ARotationByCommandPublishesAKeyThatSignsLater) {
  const auto key = rotate(When::Planned);
  EXPECT_EQ(key.state, SigningKeyState::Pending);
  EXPECT_EQ(key.signs_from, test_.clock().now() + 14 * 24h);
  EXPECT_EQ(active().id, first_);
  EXPECT_TRUE(refused(signing_keys_.rotate({}, by_operator_of_network()), ErrorCode::Conflict,
                      "Key " + key.id.text() + " is pending already, and signs from 2026-01-15T00:00:00.000Z"));
}

TEST_F(SigningKeysTest, ARotationToAnotherAlgorithmTakesThePlaceOfThePendingKey) {
  const auto pending = rotate(When::Planned);
  const auto other = rotate(When::Planned, SignatureAlgorithm::EdDSA);
  EXPECT_EQ(stored(pending.id).state, SigningKeyState::Removed);
  EXPECT_EQ(other.kind.algorithm, SignatureAlgorithm::EdDSA);
  test_.clock().advance(14 * 24h);
  EXPECT_TRUE(done(signing_keys_.follow_schedule()));
  EXPECT_EQ(active().id, other.id);
}

TEST_F(SigningKeysTest, ARotationNowTakesThePendingKeyAndElseANewOne) {
  const auto fresh = rotate(When::Now);
  EXPECT_EQ(active().id, fresh.id);
  EXPECT_EQ(stored(first_).state, SigningKeyState::Retired);
  const auto pending = rotate(When::Planned);
  EXPECT_EQ(rotate(When::Now).id, pending.id);
  EXPECT_EQ(active().id, pending.id);
}

TEST_F(SigningKeysTest, ARotationAgainstTheSettingIsRefusedAndChangesNothing) {
  policy_.signing_algorithm = SignatureAlgorithm::ES256;
  const RotationRequest request{.algorithm = SignatureAlgorithm::EdDSA, .when = When::Now};
  EXPECT_TRUE(refused(signing_keys_.rotate(request, by_operator_of_network()), ErrorCode::Conflict,
                      "keys.algorithm is ES256: change or remove the setting, by which the next rotation goes"));
  EXPECT_EQ(active().id, first_);
  EXPECT_THAT(newest_audit_record(), HasSubstr("key.rotate refused: keys.algorithm is ES256"));
}

TEST_F(SigningKeysTest, OnlyAnOperatorMayLookRotateOrWithdraw) {
  const auto member = by({.kind = Actor::Kind::User, .name = "admin@fip.test"});
  EXPECT_EQ(signing_keys_.list(member).error().code, ErrorCode::Unauthorized);
  EXPECT_EQ(signing_keys_.rotate({}, member).error().code, ErrorCode::Unauthorized);
  EXPECT_THAT(newest_audit_record(), HasSubstr("key.rotate refused"));
  EXPECT_EQ(signing_keys_.withdraw(first_, "", member).error().code, ErrorCode::Unauthorized);
  EXPECT_THAT(newest_audit_record(), HasSubstr("key.withdraw refused"));
  EXPECT_EQ(active().id, first_);
}

TEST_F(SigningKeysTest, AWithdrawnActiveKeyIsFollowedByThePendingOne) {
  const auto pending = rotate(When::Planned);
  const auto signing = signing_keys_.withdraw(first_, "stolen", by_operator_of_network());
  ASSERT_TRUE(done(signing));
  EXPECT_EQ(signing->id, pending.id);
  EXPECT_EQ(stored(first_).state, SigningKeyState::Withdrawn);
  EXPECT_EQ(stored(first_).signed_until, test_.clock().now());
  EXPECT_EQ(newest_audit_record(), "key.withdraw done key:" + first_.text() + ": stolen");
}

TEST_F(SigningKeysTest, AWithdrawnActiveKeyIsFollowedByANewOneWhenNothingIsPending) {
  const auto signing = signing_keys_.withdraw(first_, "", by_operator_of_network());
  ASSERT_TRUE(done(signing));
  EXPECT_NE(signing->id, first_);
  EXPECT_EQ(active().id, signing->id);
  EXPECT_EQ(signing->kind.algorithm, SignatureAlgorithm::ES256);
}

TEST_F(SigningKeysTest, PendingAndRetiredKeysMayBeWithdrawnToo) {
  const auto pending = rotate(When::Planned);
  EXPECT_TRUE(done(signing_keys_.withdraw(pending.id, "", by_operator_of_network())));
  EXPECT_EQ(active().id, first_);
  rotate(When::Now);
  EXPECT_TRUE(done(signing_keys_.withdraw(first_, "", by_operator_of_network())));
  EXPECT_EQ(stored(first_).state, SigningKeyState::Withdrawn);
}

TEST_F(SigningKeysTest, AKeyThatIsNotPublishedIsNotWithdrawn) {
  rotate(When::Now);
  EXPECT_TRUE(done(signing_keys_.withdraw(first_, "", by_operator_of_network())));
  EXPECT_TRUE(refused(signing_keys_.withdraw(first_, "", by_operator_of_network()), ErrorCode::Conflict,
                      "The key is WITHDRAWN already"));
  EXPECT_TRUE(refused(signing_keys_.withdraw(KeyId("mistyped"), "", by_operator_of_network()), ErrorCode::NotFound,
                      "There is no signing key with this kid"));
  EXPECT_EQ(newest_audit_record(), "key.withdraw refused: There is no signing key with this kid");
}

TEST_F(SigningKeysTest, APublicationIsMailedOnceToEachActiveAdminOfAMemberThatIsThere) {
  const auto fip = entity("FIP-1");
  const auto fiu = entity("FIU-1");
  const auto gone = entity("GONE-1", EntityStatus::Deregistered);
  const auto admin_of_two = UserFixture::active("two@member.test");
  for (const auto& member : {fip, fiu}) make_admin(admin_of_two, member);
  make_admin(invited("invited@member.test"), fip);
  const auto former = UserFixture::active("former@member.test");
  write([&](Transaction& transaction) -> Result<> {
    TRY(transaction.users().add_admin(former.uuid, gone.uuid, test_.clock().now()));
    return {};
  });
  UserFixture::active("nobodys@member.test");

  const auto key = rotate(When::Planned);
  const auto mails_of = [&](std::string_view address) {
    auto kinds = kinds_of_mails_to(address);
    std::erase_if(kinds, [](const std::string& kind) { return !kind.starts_with("signing-key"); });
    return kinds;
  };
  EXPECT_THAT(mails_of("two@member.test"), ElementsAre("signing-key"));
  for (const auto* address : {"invited@member.test", "former@member.test", "nobodys@member.test"}) {
    EXPECT_THAT(mails_of(address), IsEmpty()) << address;
  }
  const auto letter = std::move(mails_to("two@member.test").back());
  EXPECT_THAT(std::string(letter.text.expose()), HasSubstr(key.id.text()));
  EXPECT_THAT(std::string(letter.text.expose()), HasSubstr("signs tokens from 2026-01-15T00:00:00.000Z on"));

  EXPECT_TRUE(done(signing_keys_.withdraw(key.id, "", by_operator_of_network())));
  EXPECT_THAT(mails_of("two@member.test"), ElementsAre("signing-key", "signing-key-withdrawn"));
  rotate(When::Now);
  EXPECT_THAT(std::string(mails_to("two@member.test").back().text.expose()), HasSubstr("signs tokens at once"));
}

TEST_F(SigningKeysTest, WhatIsWithdrawnLeavesNoPrivateKeyInTheStore) {
  const auto sealed = stored(first_).private_key.bytes;
  EXPECT_TRUE(store_holds(sealed));
  EXPECT_TRUE(done(signing_keys_.withdraw(first_, "", by_operator_of_network())));
  EXPECT_TRUE(stored(first_).private_key.bytes.empty());
}

}  // namespace
}  // namespace dwarpal::core
