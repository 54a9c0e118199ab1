#include "crypto/signer.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "crypto/base64url.hpp"
#include "crypto/jose_vectors.hpp"
#include "crypto/jws.hpp"

namespace dwarpal::crypto {
namespace {

constexpr auto kAlgorithms = {SignatureAlgorithm::RS256, SignatureAlgorithm::PS256, SignatureAlgorithm::ES256,
                              SignatureAlgorithm::EdDSA};

std::shared_ptr<const PrivateKey> published(SignatureAlgorithm algorithm, std::string_view pkcs8) {
  return std::make_shared<const PrivateKey>(
      PrivateKey::from_pkcs8(algorithm, Secret(base64url_decode(pkcs8).value())).value());
}

std::shared_ptr<const PrivateKey> generated(SignatureAlgorithm algorithm) {
  return std::make_shared<const PrivateKey>(PrivateKey::generate(algorithm).value());
}

/// The token that results when the header and payload of a published one are signed again.
std::string signed_again(std::shared_ptr<const PrivateKey> key, std::string_view token) {
  auto signer = Signer::create(std::move(key)).value();
  return compact_jws(signer, token.substr(0, token.find('.')), parse_compact_jws(token).value().payload).value();
}

TEST(Signer, MakesTheTokensOfRfc7515AndRfc8037) {
  EXPECT_EQ(signed_again(published(SignatureAlgorithm::RS256, vectors::kRs256Pkcs8), vectors::kRs256Token),
            vectors::kRs256Token);
  EXPECT_EQ(signed_again(published(SignatureAlgorithm::EdDSA, vectors::kEddsaPkcs8), vectors::kEddsaToken),
            vectors::kEddsaToken);
}

TEST(Signer, MakesSignaturesThatItsPublicKeyVerifiesAgainAndAgain) {
  for (const auto algorithm : kAlgorithms) {
    const auto key = generated(algorithm);
    const auto other = generated(algorithm);
    auto signer = Signer::create(key).value();
    for (const auto* message : {"first", "", "third"}) {
      const auto signature = signer.sign(message).value();
      EXPECT_TRUE(key->public_key().verify(algorithm, message, signature));
      EXPECT_FALSE(key->public_key().verify(algorithm, "another", signature));
      EXPECT_FALSE(other->public_key().verify(algorithm, message, signature));
    }
  }
}

TEST(Signer, KeepsPkcs1AndPssApartOnTheSameKey) {
  auto pkcs1 = Signer::create(published(SignatureAlgorithm::RS256, vectors::kRs256Pkcs8)).value();
  auto pss = Signer::create(published(SignatureAlgorithm::PS256, vectors::kRs256Pkcs8)).value();
  const auto key = published(SignatureAlgorithm::PS256, vectors::kRs256Pkcs8);
  EXPECT_FALSE(key->public_key().verify(SignatureAlgorithm::PS256, "m", pkcs1.sign("m").value()));
  EXPECT_FALSE(key->public_key().verify(SignatureAlgorithm::RS256, "m", pss.sign("m").value()));
  EXPECT_NE(pss.sign("m").value(), pss.sign("m").value());
}

TEST(Signer, PadsBothHalvesOfAnEs256SignatureTo32Bytes) {
  const auto key = generated(SignatureAlgorithm::ES256);
  auto signer = Signer::create(key).value();
  bool had_leading_zero = false;
  // One in 128 signatures has a half that begins with a zero byte.
  for (int i = 0; i < 5000 && !had_leading_zero; ++i) {
    const auto signature = signer.sign("message").value();
    ASSERT_EQ(signature.size(), 64U);
    if (signature[0] != '\0' && signature[32] != '\0') continue;
    had_leading_zero = true;
    EXPECT_TRUE(key->public_key().verify(SignatureAlgorithm::ES256, "message", signature));
  }
  EXPECT_TRUE(had_leading_zero);
}

TEST(Signer, WorksOnSeveralThreadsThatShareTheKey) {
  for (const auto algorithm : kAlgorithms) {
    const auto key = generated(algorithm);
    const auto sign_and_verify = [&key, algorithm](bool& right) {
      auto signer = Signer::create(key).value();
      for (int i = 0; i < 20; ++i) {
        const auto message = std::to_string(i);
        right = right && key->public_key().verify(algorithm, message, signer.sign(message).value());
      }
    };
    std::array<bool, 2> right = {true, true};
    std::thread one([&] { sign_and_verify(right[0]); });
    std::thread other([&] { sign_and_verify(right[1]); });
    one.join();
    other.join();
    EXPECT_TRUE(right[0] && right[1]);
  }
}

TEST(Signer, KeepsItsKeyAlive) {
  auto key = generated(SignatureAlgorithm::ES256);
  const auto public_key = key->public_key();
  auto signer = Signer::create(std::move(key)).value();
  EXPECT_TRUE(public_key.verify(SignatureAlgorithm::ES256, "message", signer.sign("message").value()));
}

}  // namespace
}  // namespace dwarpal::crypto
