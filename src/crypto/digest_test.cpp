#include "crypto/digest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "crypto/base64url.hpp"

namespace dwarpal::crypto {
namespace {

/// RFC 2104 §2: a key shorter than a block is the same as one with zeros behind it.
HmacKey hmac_key_of(std::string bytes) {
  bytes.resize(HmacKey::kKeyBytes);
  return HmacKey::create(Secret(std::move(bytes))).value();
}

TEST(Sha256, GivesTheDigestsOfFips180) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(HmacKey, GivesTheMacsOfRfc4231) {
  EXPECT_EQ(hex(hmac_key_of(std::string(20, '\x0b')).mac("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_key_of("Jefe").mac("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_key_of(std::string(20, '\xaa')).mac(std::string(50, '\xdd'))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(
      hex(hmac_key_of("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
                      "\x18\x19")
              .mac(std::string(50, '\xcd'))),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

TEST(HmacKey, GivesTheMacsOfRfc4231WhoseKeyIsHashedFirst) {
  const auto digest = sha256(std::string(131, '\xaa'));
  const auto key = HmacKey::create(Secret::copy_of(std::span<const std::byte>(digest))).value();
  EXPECT_EQ(hex(key.mac("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hex(key.mac("This is a test using a larger than block-size key and a larger than block-size data. The key "
                        "needs to be hashed before being used by the HMAC algorithm.")),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacKey, HasExactlyThirtyTwoBytes) {
  EXPECT_FALSE(HmacKey::create(Secret(std::string(31, 'k'))));
  EXPECT_TRUE(HmacKey::create(Secret(std::string(32, 'k'))));
  EXPECT_FALSE(HmacKey::create(Secret(std::string(33, 'k'))));
}

TEST(HmacKey, StaysDistinctWhenTwoAreUsedInTurnsAndOnSeveralThreads) {
  const auto first = hmac_key_of("first");
  const auto second = hmac_key_of("second");
  const auto first_mac = first.mac("message");
  const auto second_mac = second.mac("message");
  ASSERT_NE(first_mac, second_mac);

  const auto use_in_turns = [&](bool& right) {
    for (int i = 0; i < 2000; ++i) {
      right = right && first.mac("message") == first_mac && second.mac("message") == second_mac;
    }
  };
  std::array<bool, 3> right = {true, true, true};
  std::thread one([&] { use_in_turns(right[0]); });
  std::thread other([&] { use_in_turns(right[1]); });
  use_in_turns(right[2]);
  one.join();
  other.join();
  EXPECT_TRUE(right[0] && right[1] && right[2]);
}

TEST(ConstantTimeEqual, TellsEqualFromDifferentTextsAndLengths) {
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "abcd"));
  EXPECT_FALSE(constant_time_equal("abc", ""));
}

}  // namespace
}  // namespace dwarpal::crypto
