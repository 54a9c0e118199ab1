#include "core/signing/key_restore.hpp"

#include "core/signing/key_rotation.hpp"
#include "core/signing/new_signing_key.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

/// The store of the fixture is the backup.
class KeyRestoreTest : public test::UserFixture {
 protected:
  /// A key that began to sign so long after the backup's instant.
  SigningKey key(SigningKeyState state, Duration signs_after = {}) {
    auto made = *make_signing_key({.algorithm = crypto::SignatureAlgorithm::ES256}, keys_, random_,
                                  test_.clock().now() + signs_after);
    made.token_lifetime = 24h;
    return in(state, made);
  }

  /// The same key at another time.
  SigningKey in(SigningKeyState state, SigningKey key) {
    key.state = state;
    if (state == SigningKeyState::Retired) key.signed_until = key.signs_from + 1h;
    if (state > SigningKeyState::Active) key.published_until = key.signs_from + 30h;
    if (!is_published(state)) key.private_key = {};
    return key;
  }

  SigningKey stored(const SigningKey& key) {
    write([&](Transaction& transaction) { return transaction.signing_keys().insert(key); });
    return key;
  }

  Result<std::vector<RestoredSigningKey>> restore(std::vector<OtherSigningKeys> others) {
    return test_->write([&](Transaction& transaction) -> Result<std::vector<RestoredSigningKey>> {
      for (const auto& other : others) TRY(check_signing_keys(transaction, keys_, other.keys));
      return restore_signing_keys(transaction, audit_, others, test_.clock().now(), command_line());
    });
  }
  auto restore_from(std::vector<SigningKey> keys) { return restore({{.keys = std::move(keys), .origin = "export"}}); }

  std::string refusal_of(std::vector<SigningKey> keys) {
    const auto restored = restore_from(std::move(keys));
    if (restored) return "taken";
    EXPECT_EQ(restored.error().code, ErrorCode::InvalidInput);
    return restored.error().message;
  }

  SigningKey now(const SigningKey& key) {
    const auto keys = read([](Transaction& transaction) { return transaction.signing_keys().list(); });
    const auto found = std::ranges::find(keys, key.id, &SigningKey::id);
    return found == keys.end() ? SigningKey{} : *found;
  }
};

TEST_F(KeyRestoreTest, NewerKeyGoesOnToSignAndTheBackupsOneStaysPublished) {
  const auto first = stored(key(SigningKeyState::Active));
  const auto second = key(SigningKeyState::Active, 1h);
  const auto third = key(SigningKeyState::Pending, 2h);
  const auto restored = restore_from({in(SigningKeyState::Retired, first), second, third});
  ASSERT_TRUE(test::done(restored));
  EXPECT_EQ(restored->size(), 3U);
  EXPECT_EQ(now(first).state, SigningKeyState::Retired);
  EXPECT_EQ(now(first).published_until, in(SigningKeyState::Retired, first).published_until);
  EXPECT_EQ(now(second).state, SigningKeyState::Active);
  EXPECT_EQ(now(second).signs_from, second.signs_from);
  EXPECT_EQ(now(third).state, SigningKeyState::Pending);
  for (const auto& each : {first, second, third}) EXPECT_TRUE(open_private_key(now(each), keys_));
  const auto record = audit_records().back();
  EXPECT_EQ(in_short(record), "key.restore done key:" + third.id.text());
  EXPECT_EQ(record.at("details").at("state"), "PENDING");
  EXPECT_EQ(record.at("details").at("from"), "export");
}

TEST_F(KeyRestoreTest, KeyThatWasWithdrawnOrRemovedSinceStaysSoAndLosesItsPrivatePart) {
  const auto stolen = stored(key(SigningKeyState::Active));
  const auto ended = stored(key(SigningKeyState::Retired));
  const auto unknown = in(SigningKeyState::Withdrawn, key(SigningKeyState::Active, 1h));
  const auto next = key(SigningKeyState::Active, 2h);
  ASSERT_TRUE(test::done(
      restore_from({in(SigningKeyState::Withdrawn, stolen), in(SigningKeyState::Removed, ended), unknown, next})));
  EXPECT_EQ(now(stolen).state, SigningKeyState::Withdrawn);
  EXPECT_EQ(now(ended).state, SigningKeyState::Removed);
  EXPECT_EQ(now(unknown).state, SigningKeyState::Withdrawn);
  for (const auto& each : {stolen, ended, unknown}) EXPECT_TRUE(now(each).private_key.bytes.empty());
  EXPECT_EQ(now(next).state, SigningKeyState::Active);
}

TEST_F(KeyRestoreTest, NothingComesBackThatTheBackupKnowsToHaveEnded) {
  const auto withdrawn = stored(in(SigningKeyState::Withdrawn, key(SigningKeyState::Active)));
  const auto active = stored(key(SigningKeyState::Active, 1h));
  auto before = withdrawn;
  before.state = SigningKeyState::Retired;
  before.signed_until = before.signs_from;
  before.private_key = keys_.seal("an older copy", "signing-key:" + before.id.text(), random_);
  EXPECT_EQ(refusal_of({before, active}),
            "keys[0].sealedPrivateKey does not open: it was altered, or is that of another kid");
  const auto unchanged = restore_from({withdrawn, active});
  ASSERT_TRUE(test::done(unchanged));
  EXPECT_TRUE(unchanged->empty());
  EXPECT_EQ(now(withdrawn).state, SigningKeyState::Withdrawn);
}

TEST_F(KeyRestoreTest, OfStoresThatWentApartTheNewestKeySignsAndTheOthersTokensStayGood) {
  const auto first = stored(key(SigningKeyState::Active));
  const auto here = key(SigningKeyState::Active, 1h);
  const auto here_next = key(SigningKeyState::Pending, 3h);
  const auto there = key(SigningKeyState::Active, 2h);
  const auto there_next = key(SigningKeyState::Pending, 4h);
  const auto old = in(SigningKeyState::Retired, first);
  test_.clock().advance(5h);
  ASSERT_TRUE(test::done(restore({{.keys = {old, here, here_next}, .origin = "export"},
                                  {.keys = {old, there, there_next}, .origin = "the store that was there"}})));
  EXPECT_EQ(now(there).state, SigningKeyState::Active);
  EXPECT_EQ(now(here).state, SigningKeyState::Retired);
  EXPECT_EQ(now(here).signed_until, test_.clock().now());
  EXPECT_EQ(now(here).published_until, test_.clock().now() + 24h + KeyRotation::kSlack);
  EXPECT_EQ(now(here_next).state, SigningKeyState::Removed);
  EXPECT_TRUE(now(here_next).private_key.bytes.empty());
  EXPECT_EQ(now(there_next).state, SigningKeyState::Pending);
}

TEST_F(KeyRestoreTest, RefusesKeysThatAreNotThisStoresAndChangesNothing) {
  const auto first = stored(key(SigningKeyState::Active));
  const auto records = audit_records().size();
  const auto old = in(SigningKeyState::Retired, first);

  auto foreign = key(SigningKeyState::Active, 1h);
  foreign.private_key.key = DataKeyId("another");
  EXPECT_EQ(refusal_of({old, foreign}), "keys[1].dataKey is no data key of this store: these are keys of another one");

  auto altered = key(SigningKeyState::Active, 1h);
  altered.private_key.bytes.back() = static_cast<char>(altered.private_key.bytes.back() ^ 1);
  EXPECT_EQ(refusal_of({old, altered}),
            "keys[1].sealedPrivateKey does not open: it was altered, or is that of another kid");

  auto renamed = key(SigningKeyState::Active, 1h);
  renamed.id = KeyId("other");
  EXPECT_EQ(refusal_of({old, renamed}),
            "keys[1].sealedPrivateKey does not open: it was altered, or is that of another kid");

  auto certified = key(SigningKeyState::Active, 1h);
  certified.certificate = first.certificate;
  EXPECT_EQ(refusal_of({old, certified}), "keys[1].certificate is not its key's");

  auto other_algorithm = old;
  other_algorithm.state = SigningKeyState::Withdrawn;
  other_algorithm.kind.algorithm = crypto::SignatureAlgorithm::EdDSA;
  EXPECT_EQ(refusal_of({other_algorithm, key(SigningKeyState::Active, 1h)}),
            "keys[0].alg is not the one in the backup");

  auto backdated = old;
  backdated.published_at -= 1h;
  EXPECT_EQ(refusal_of({backdated, key(SigningKeyState::Active, 1h)}),
            "keys[0].publishedSince is not what is in the backup");

  EXPECT_EQ(refusal_of({old}), "keys: no key is left that is ACTIVE");
  EXPECT_EQ(now(first).state, SigningKeyState::Active);
  EXPECT_EQ(audit_records().size(), records);
}

}  // namespace
}  // namespace dwarpal::core
