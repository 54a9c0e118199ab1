#include "crypto/private_key.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "crypto/base64url.hpp"
#include "crypto/jose_vectors.hpp"

namespace dwarpal::crypto {
namespace {

Secret der_of(std::string_view base64url) { return Secret(base64url_decode(base64url).value()); }

TEST(PrivateKey, ReadsAPublishedKeyAndGivesBackTheSamePkcs8) {
  const auto rsa = PrivateKey::from_pkcs8(SignatureAlgorithm::RS256, der_of(vectors::kRs256Pkcs8)).value();
  EXPECT_EQ(base64url_encode(rsa.to_pkcs8().expose()), vectors::kRs256Pkcs8);
  const auto ed25519 = PrivateKey::from_pkcs8(SignatureAlgorithm::EdDSA, der_of(vectors::kEddsaPkcs8)).value();
  EXPECT_EQ(base64url_encode(ed25519.to_pkcs8().expose()), vectors::kEddsaPkcs8);
  EXPECT_EQ(ed25519.public_key().thumbprint(), vectors::kEddsaThumbprint);
}

TEST(PrivateKey, KeepsItsIdentityThroughPkcs8) {
  for (const auto algorithm :
       {SignatureAlgorithm::RS256, SignatureAlgorithm::PS256, SignatureAlgorithm::ES256, SignatureAlgorithm::EdDSA}) {
    const auto key = PrivateKey::generate(algorithm).value();
    const auto again = PrivateKey::from_pkcs8(algorithm, key.to_pkcs8()).value();
    EXPECT_EQ(again.public_key().thumbprint(), key.public_key().thumbprint());
    EXPECT_EQ(again.algorithm(), algorithm);
    EXPECT_EQ(again.public_key().type(), key_type_of(algorithm));
    EXPECT_NE(PrivateKey::generate(algorithm).value().public_key().thumbprint(), key.public_key().thumbprint());
  }
}

TEST(PrivateKey, IsGeneratedWithTheRsaSizesInUse) {
  EXPECT_EQ(PrivateKey::generate(SignatureAlgorithm::RS256).value().public_key().bits(), 2048U);
  EXPECT_EQ(PrivateKey::generate(SignatureAlgorithm::RS256, 3072).value().public_key().bits(), 3072U);
  for (const unsigned bits : {0U, 1024U, 2047U, 2049U, 8192U})
    EXPECT_EQ(PrivateKey::generate(SignatureAlgorithm::PS256, bits).error().code, ErrorCode::InvalidInput);
}

TEST(PrivateKey, RefusesAKeyThatDoesNotFitTheAlgorithm) {
  const auto refuses = [](SignatureAlgorithm algorithm, std::string_view pkcs8) {
    const auto key = PrivateKey::from_pkcs8(algorithm, der_of(pkcs8));
    return !key && key.error().code == ErrorCode::InvalidInput;
  };
  EXPECT_TRUE(refuses(SignatureAlgorithm::ES256, vectors::kRs256Pkcs8));
  EXPECT_TRUE(refuses(SignatureAlgorithm::EdDSA, vectors::kRs256Pkcs8));
  EXPECT_TRUE(refuses(SignatureAlgorithm::RS256, vectors::kEddsaPkcs8));
  EXPECT_TRUE(refuses(SignatureAlgorithm::RS256, vectors::kWeakRsaPkcs8));
  EXPECT_TRUE(refuses(SignatureAlgorithm::ES256, vectors::kP384Pkcs8));
}

TEST(PrivateKey, RefusesWhatIsNotExactlyOnePkcs8Text) {
  const auto whole = base64url_decode(vectors::kEddsaPkcs8).value();
  for (const auto& der : {std::string(), std::string("x"), whole.substr(0, whole.size() - 1), whole + "x"})
    EXPECT_FALSE(PrivateKey::from_pkcs8(SignatureAlgorithm::EdDSA, Secret::copy_of(der)));
}

TEST(PrivateKey, WritesThePrivateJwkOfRfc7515) {
  const auto key = PrivateKey::from_pkcs8(SignatureAlgorithm::RS256, der_of(vectors::kRs256Pkcs8)).value();
  const auto jwk = boost::json::parse(key.private_jwk().expose()).as_object();
  EXPECT_EQ(jwk.at("kty"), "RSA");
  EXPECT_EQ(jwk.at("alg"), "RS256");
  EXPECT_EQ(jwk.at("use"), "sig");
  EXPECT_EQ(jwk.at("kid").as_string(), key.public_key().thumbprint());
  EXPECT_EQ(jwk.at("n"), boost::json::parse(vectors::kRs256PublicJwk).at("n"));
  EXPECT_EQ(jwk.at("p"),
            "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7o"
            "uZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc");
  EXPECT_EQ(jwk.at("qi"),
            "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEd"
            "fnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U");
  for (const auto* member : {"d", "q", "dp", "dq"}) EXPECT_TRUE(jwk.contains(member)) << member;
}

TEST(PrivateKey, WritesThePrivateJwkOfRfc8037AndOfP256) {
  const auto ed25519 = PrivateKey::from_pkcs8(SignatureAlgorithm::EdDSA, der_of(vectors::kEddsaPkcs8)).value();
  EXPECT_EQ(boost::json::parse(ed25519.private_jwk().expose()).at("d"), "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
  const auto p256 = PrivateKey::generate(SignatureAlgorithm::ES256).value();
  EXPECT_EQ(boost::json::parse(p256.private_jwk().expose()).at("d").as_string().size(), 43U);
}

}  // namespace
}  // namespace dwarpal::crypto
