#include "core/data_keys.hpp"

#include <gtest/gtest.h>

#include "crypto/base64url.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

class DataKeysTest : public testing::Test {
 protected:
  crypto::AeadKey master(char letter) { return *crypto::AeadKey::create(Secret(std::string(32, letter))); }
  Result<DataKeys> open(char master_letter) {
    return DataKeys::open(test_.store(), master(master_letter), random_, test_.clock());
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
};

TEST_F(DataKeysTest, OpenAgainWhatTheySealed) {
  const auto sealed = open('m')->seal("text", "row:1", random_);
  const auto opened = open('m')->open_sealed(sealed, "row:1");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->expose(), "text");
}

TEST_F(DataKeysTest, RefuseACiphertextThatWasMovedToAnotherRow) {
  const auto keys = open('m');
  const auto sealed = keys->seal("text", "row:1", random_);
  EXPECT_FALSE(keys->open_sealed(sealed, "row:2"));
}

TEST_F(DataKeysTest, RefuseADataKeyThatIsNotInTheStore) {
  const auto keys = open('m');
  auto sealed = keys->seal("text", "row:1", random_);
  sealed.key = DataKeyId("another");
  EXPECT_FALSE(keys->open_sealed(sealed, "row:1"));
}

TEST_F(DataKeysTest, StayTheSameFromOneStartToTheNext) {
  const auto first = open('m')->secret_digest_key().mac("x");
  EXPECT_EQ(open('m')->secret_digest_key().mac("x"), first);
  EXPECT_NE(open('m')->audit_chain_key().mac("x"), first);
}

TEST_F(DataKeysTest, StopAtAWrongMasterKeyAndChangeNothing) {
  const auto sealed = open('m')->seal("text", "row:1", random_);
  const auto wrong = open('w');
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::InvalidSetting);
  EXPECT_TRUE(open('m')->open_sealed(sealed, "row:1"));
}

}  // namespace
}  // namespace dwarpal::core
