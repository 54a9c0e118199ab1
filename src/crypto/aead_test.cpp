#include "crypto/aead.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "crypto/base64url.hpp"
#include "crypto/system_random.hpp"

namespace dwarpal::crypto {
namespace {

/// Yields the nonce of a published vector.
class GivenBytes final : public Random {
 public:
  explicit GivenBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::byte> target) override {
    std::ranges::copy(std::as_bytes(std::span(bytes_)).first(target.size()), target.begin());
  }

 private:
  std::string bytes_;
};

std::string bytes_of(std::string_view hexadecimal) {
  std::string bytes;
  for (std::size_t i = 0; i < hexadecimal.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hexadecimal.substr(i, 2)), nullptr, 16));
  return bytes;
}

std::string hex_of(std::string_view bytes) { return hex(std::as_bytes(std::span(bytes))); }

AeadKey aead_key_of(std::string_view hexadecimal) { return AeadKey::create(Secret(bytes_of(hexadecimal))).value(); }

AeadKey some_key() { return aead_key_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"); }

// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, as submitted to NIST.
TEST(Aead, GivesTestCase14WithoutAssociatedData) {
  const std::string nonce(12, '\0');
  GivenBytes random(nonce);
  EXPECT_EQ(hex_of(aead_key_of(std::string(64, '0')).seal(std::string(16, '\0'), "", random)),
            hex_of(nonce) + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(Aead, GivesTestCase13WithoutAPlaintext) {
  const std::string nonce(12, '\0');
  GivenBytes random(nonce);
  EXPECT_EQ(hex_of(aead_key_of(std::string(64, '0')).seal("", "", random)),
            hex_of(nonce) + "530f8afbc74536b9a963b4f1c4cb738b");
}

TEST(Aead, GivesTestCase16WithAssociatedData) {
  const auto plaintext = bytes_of(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const auto associated_data = bytes_of("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  GivenBytes random(bytes_of("cafebabefacedbaddecaf888"));
  const auto sealed = some_key().seal(plaintext, associated_data, random);
  EXPECT_EQ(hex_of(sealed),
            "cafebabefacedbaddecaf888"
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
  EXPECT_EQ(some_key().open(sealed, associated_data).value().expose(), plaintext);
}

TEST(Aead, OpensWhatItSealedWhateverTheSize) {
  SystemRandom random;
  const auto key = some_key();
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 100'000U}) {
    const std::string plaintext(size, 'p');
    EXPECT_EQ(key.open(key.seal(plaintext, "row 1", random), "row 1").value().expose(), plaintext);
  }
}

TEST(Aead, RefusesACiphertextThatWasMovedToAnotherRow) {
  SystemRandom random;
  const auto sealed = some_key().seal("secret", "row 1", random);
  const auto opened = some_key().open(sealed, "row 2");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Internal);
}

TEST(Aead, RefusesAnyAlteredBitOfNonceCiphertextAndTag) {
  SystemRandom random;
  const auto key = some_key();
  const auto sealed = key.seal("secret", "row", random);
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    auto altered = sealed;
    altered[i / 8] = static_cast<char>(altered[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(key.open(altered, "row")) << i;
  }
}

TEST(Aead, RefusesWhatIsTooShortToHoldANonceAndATag) {
  SystemRandom random;
  const auto key = some_key();
  const auto sealed = key.seal("", "row", random);
  EXPECT_TRUE(key.open(sealed, "row"));
  EXPECT_FALSE(key.open(sealed.substr(0, sealed.size() - 1), "row"));
  EXPECT_FALSE(key.open("", "row"));
}

TEST(Aead, RefusesAnotherKey) {
  SystemRandom random;
  const auto sealed = some_key().seal("secret", "row", random);
  EXPECT_FALSE(aead_key_of(std::string(64, '0')).open(sealed, "row"));
}

TEST(Aead, DrawsANewNonceEachTime) {
  SystemRandom random;
  EXPECT_NE(some_key().seal("secret", "row", random), some_key().seal("secret", "row", random));
}

TEST(Aead, HasAKeyOfExactlyThirtyTwoBytes) {
  EXPECT_FALSE(AeadKey::create(Secret(std::string(31, 'k'))));
  EXPECT_TRUE(AeadKey::create(Secret(std::string(32, 'k'))));
  EXPECT_FALSE(AeadKey::create(Secret(std::string(33, 'k'))));
}

}  // namespace
}  // namespace dwarpal::crypto
