#include "crypto/base64url.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "crypto/system_random.hpp"

namespace dwarpal::crypto {
namespace {

TEST(Base64Url, WritesTheVectorsOfRfc4648WithoutPadding) {
  EXPECT_EQ(base64url_encode(""), "");
  EXPECT_EQ(base64url_encode("f"), "Zg");
  EXPECT_EQ(base64url_encode("fo"), "Zm8");
  EXPECT_EQ(base64url_encode("foo"), "Zm9v");
  EXPECT_EQ(base64url_encode("foob"), "Zm9vYg");
  EXPECT_EQ(base64url_encode("fooba"), "Zm9vYmE");
  EXPECT_EQ(base64url_encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url_encode("\xfb\xff\xbf"), "-_-_");
}

TEST(Base64Url, ReadsWhatItWroteForEveryLengthAndByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)).value(), bytes);
    bytes += static_cast<char>(byte);
  }
}

TEST(Base64Url, RefusesPaddingWhiteSpaceAndOtherAlphabets) {
  for (const auto* text : {"Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm 9v", "+/+/", "Zm9v.", "Z", "Zm9vY", "Zm\xc3\xa4"}) {
    const auto decoded = base64url_decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::InvalidInput);
  }
  EXPECT_FALSE(base64url_decode(std::string_view("Zm9\0", 4)));
}

TEST(Base64Url, TakesItsSixtyFourLettersAndNoOtherByte) {
  int accepted = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (base64url_decode(std::string("Zm9") + static_cast<char>(byte))) ++accepted;
  }
  EXPECT_EQ(accepted, 64);
}

TEST(Base64Url, TakesOneTextOnlyForTheSameBytes) {
  // The last letter of two carries four bits that mean nothing, the last of three two.
  int accepted_of_two = 0;
  int accepted_of_three = 0;
  for (const char last : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
    if (base64url_decode(std::string("Z") + last)) ++accepted_of_two;
    if (base64url_decode(std::string("Zm") + last)) ++accepted_of_three;
  }
  EXPECT_EQ(accepted_of_two, 4);
  EXPECT_EQ(accepted_of_three, 16);
}

TEST(Base64, IsWrittenWithPaddingAndTheOtherAlphabet) {
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("\xfb\xff\xbf"), "+/+/");
}

TEST(Base64, ReadsWhatItWroteForEveryLengthAndByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
    bytes += static_cast<char>(byte);
  }
}

TEST(Base64, RefusesMissingPaddingStrayBitsWhiteSpaceAndTheOtherAlphabet) {
  for (const auto* text :
       {"Zm8", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "-_-_", "Zm9v====", "=", "Zm\xc3\xa4"}) {
    const auto decoded = base64_decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::InvalidInput);
  }
}

TEST(Hex, IsWrittenInLowerCase) {
  EXPECT_EQ(hex(std::array{std::byte{0x00}, std::byte{0xAB}, std::byte{0xF1}}), "00abf1");
  EXPECT_EQ(hex({}), "");
}

TEST(RandomText, HasTheLengthOfItsBytesAndDiffersEachTime) {
  SystemRandom random;
  const auto first = random_text(random, 32);
  const auto second = random_text(random, 32);
  EXPECT_EQ(first.size(), 43U);
  EXPECT_EQ(base64url_decode(first.expose()).value().size(), 32U);
  EXPECT_NE(first.expose(), second.expose());
}

}  // namespace
}  // namespace dwarpal::crypto
