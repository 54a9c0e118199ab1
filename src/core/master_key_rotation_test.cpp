#include "core/master_key_rotation.hpp"

#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using test::done;
using test::refused;

class MasterKeyRotationTest : public test::UserFixture {
 protected:
  static crypto::AeadKey key_of(char letter) { return *crypto::AeadKey::create(Secret(std::string(32, letter))); }
  Result<> rotate(char before, char after, const CallContext& context = command_line()) {
    const auto old_key = key_of(before);
    const auto new_key = key_of(after);
    return rotate_master_key(test_.store(), audit_,
                             {.before = old_key, .after = new_key, .place = "/keys/new.key", .at = test_.clock().now()},
                             random_, context);
  }
  bool opens(char letter) { return DataKeys::open(test_.store(), key_of(letter), random_, test_.clock()).has_value(); }
};

TEST_F(MasterKeyRotationTest, OpensTheStoreWithTheNewKeyAlone) {
  EXPECT_TRUE(done(rotate('m', 'n')));
  EXPECT_TRUE(opens('n'));
  EXPECT_FALSE(opens('m'));
  EXPECT_EQ(newest_audit_record(), "master-key.rotate done");
}

TEST_F(MasterKeyRotationTest, LeavesTheDataKeysAsTheyAre) {
  const auto sealed = keys_.seal("text", "row", random_);
  EXPECT_TRUE(done(rotate('m', 'n')));
  EXPECT_EQ(keys_.open_sealed(sealed, "row")->expose(), "text");
  const auto again = *DataKeys::open(test_.store(), key_of('n'), random_, test_.clock());
  EXPECT_EQ(again.open_sealed(sealed, "row")->expose(), "text");
  EXPECT_FALSE(audit_.verify(test_.store())->first_broken);
}

TEST_F(MasterKeyRotationTest, RefusesAKeyThatDoesNotOpenTheStore) {
  EXPECT_EQ(rotate('x', 'n').error().code, ErrorCode::InvalidSetting);
  EXPECT_TRUE(opens('m'));
}

TEST_F(MasterKeyRotationTest, RefusesTheSameKey) {
  EXPECT_TRUE(
      refused(rotate('m', 'm'), ErrorCode::Conflict, "The new master key is the one that the store has already"));
  EXPECT_TRUE(opens('m'));
}

TEST_F(MasterKeyRotationTest, IsForOperatorsAlone) {
  EXPECT_EQ(rotate('m', 'n', by({.kind = Actor::Kind::User, .name = "admin@fip.test"})).error().code,
            ErrorCode::Unauthorized);
  EXPECT_TRUE(opens('m'));
}

TEST_F(MasterKeyRotationTest, IsToldToWhoComesWithTheKeyBefore) {
  EXPECT_EQ(*last_master_key_rotation(test_.store()), "");
  EXPECT_TRUE(done(rotate('m', 'n')));
  test_.clock().advance(1h);
  EXPECT_TRUE(done(rotate('n', 'o')));
  EXPECT_FALSE(rotate('n', 'o').has_value());
  EXPECT_EQ(*last_master_key_rotation(test_.store()),
            "It was rotated on 2026-01-01T01:00:00.000Z to the one in /keys/new.key");
}

}  // namespace
}  // namespace dwarpal::core
