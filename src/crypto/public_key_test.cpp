#include "crypto/public_key.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "crypto/base64url.hpp"
#include "crypto/jose_vectors.hpp"
#include "crypto/jws.hpp"

namespace dwarpal::crypto {
namespace {

boost::json::object jwk_of(std::string_view text) { return boost::json::parse(text).as_object(); }

PublicKey public_key_of(std::string_view jwk) { return PublicKey::from_jwk(jwk_of(jwk)).value(); }

bool verifies(const PublicKey& key, SignatureAlgorithm algorithm, std::string_view token) {
  const auto jws = parse_compact_jws(token).value();
  return key.verify(algorithm, jws.signing_input, jws.signature);
}

/// Odd, with as many bits as asked for: enough to be read as a modulus.
boost::json::object rsa_jwk_of_bits(std::size_t bits) {
  std::string modulus((bits + 7) / 8, '\0');
  modulus.front() = static_cast<char>(1 << ((bits + 7) % 8));
  modulus.back() = static_cast<char>(modulus.back() | 1);
  return {{"kty", "RSA"}, {"e", "AQAB"}, {"n", base64url_encode(modulus)}};
}

void expect_refused(const boost::json::object& jwk, std::string_view member) {
  const auto key = PublicKey::from_jwk(jwk);
  ASSERT_FALSE(key) << boost::json::serialize(jwk);
  EXPECT_EQ(key.error().code, ErrorCode::InvalidInput);
  EXPECT_TRUE(key.error().message.starts_with(std::string(member) + " ")) << key.error().message;
}

TEST(PublicKey, VerifiesTheSignaturesOfRfc7515AndRfc8037) {
  EXPECT_TRUE(verifies(public_key_of(vectors::kRs256PublicJwk), SignatureAlgorithm::RS256, vectors::kRs256Token));
  EXPECT_TRUE(verifies(public_key_of(vectors::kEs256PublicJwk), SignatureAlgorithm::ES256, vectors::kEs256Token));
  EXPECT_TRUE(verifies(public_key_of(vectors::kEddsaPublicJwk), SignatureAlgorithm::EdDSA, vectors::kEddsaToken));
}

TEST(PublicKey, RefusesAnAlgorithmThatDoesNotFitTheKey) {
  for (const auto jwk : {vectors::kRs256PublicJwk, vectors::kEs256PublicJwk, vectors::kEddsaPublicJwk}) {
    for (const auto token : {vectors::kRs256Token, vectors::kEs256Token, vectors::kEddsaToken}) {
      int verified = 0;
      for (const auto algorithm : {SignatureAlgorithm::RS256, SignatureAlgorithm::PS256, SignatureAlgorithm::ES256,
                                   SignatureAlgorithm::EdDSA}) {
        if (verifies(public_key_of(jwk), algorithm, token)) ++verified;
      }
      const bool belong_together = (jwk == vectors::kRs256PublicJwk && token == vectors::kRs256Token) ||
                                   (jwk == vectors::kEs256PublicJwk && token == vectors::kEs256Token) ||
                                   (jwk == vectors::kEddsaPublicJwk && token == vectors::kEddsaToken);
      EXPECT_EQ(verified, belong_together ? 1 : 0);
    }
  }
}

TEST(PublicKey, RefusesEveryOtherLastLetterOfASignature) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto refuses_all_but = [&](std::string_view jwk, SignatureAlgorithm algorithm, std::string_view token) {
    int accepted = 0;
    for (const char last : alphabet) {
      std::string altered(token);
      altered.back() = last;
      const auto jws = parse_compact_jws(altered);
      if (jws && public_key_of(jwk).verify(algorithm, jws->signing_input, jws->signature)) ++accepted;
    }
    return accepted == 1;
  };
  EXPECT_TRUE(refuses_all_but(vectors::kRs256PublicJwk, SignatureAlgorithm::RS256, vectors::kRs256Token));
  EXPECT_TRUE(refuses_all_but(vectors::kEs256PublicJwk, SignatureAlgorithm::ES256, vectors::kEs256Token));
  EXPECT_TRUE(refuses_all_but(vectors::kEddsaPublicJwk, SignatureAlgorithm::EdDSA, vectors::kEddsaToken));
}

TEST(PublicKey, RefusesASignatureOfAnotherLengthOrOverAnotherText) {
  const auto key = public_key_of(vectors::kEs256PublicJwk);
  const auto jws = parse_compact_jws(vectors::kEs256Token).value();
  EXPECT_FALSE(key.verify(SignatureAlgorithm::ES256, jws.signing_input + "x", jws.signature));
  EXPECT_FALSE(key.verify(SignatureAlgorithm::ES256, jws.signing_input, jws.signature + '\0'));
  EXPECT_FALSE(key.verify(SignatureAlgorithm::ES256, jws.signing_input, jws.signature.substr(0, 63)));
  EXPECT_FALSE(key.verify(SignatureAlgorithm::ES256, jws.signing_input, ""));
  EXPECT_FALSE(key.verify(SignatureAlgorithm::ES256, jws.signing_input, std::string(64, '\0')));  // CVE-2022-21449
  for (const std::size_t size : {0U, 255U, 257U})
    EXPECT_FALSE(public_key_of(vectors::kRs256PublicJwk)
                     .verify(SignatureAlgorithm::PS256, jws.signing_input, std::string(size, '\1')));
}

TEST(PublicKey, HasTheThumbprintsOfRfc7638AndRfc8037) {
  const auto rsa = public_key_of(
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJ)"
      "ECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs"
      "8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0"
      R"(Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})");
  EXPECT_EQ(rsa.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  EXPECT_EQ(public_key_of(vectors::kEddsaPublicJwk).thumbprint(), vectors::kEddsaThumbprint);
}

TEST(PublicKey, GivesBackTheMembersOfItsKeyAndNoOthers) {
  for (const auto text : {vectors::kRs256PublicJwk, vectors::kEs256PublicJwk, vectors::kEddsaPublicJwk}) {
    auto jwk = jwk_of(text);
    const auto expected = jwk;
    jwk["kid"] = "a name";
    jwk["use"] = "sig";
    const auto key = PublicKey::from_jwk(jwk).value();
    EXPECT_EQ(boost::json::value(key.to_jwk()), boost::json::value(expected));
    EXPECT_EQ(PublicKey::from_jwk(key.to_jwk()).value().thumbprint(), key.thumbprint());
  }
}

TEST(PublicKey, TellsItsTypeAndBits) {
  EXPECT_EQ(public_key_of(vectors::kRs256PublicJwk).bits(), 2048U);
  EXPECT_EQ(public_key_of(vectors::kRs256PublicJwk).type(), KeyType::Rsa);
  EXPECT_EQ(public_key_of(vectors::kEs256PublicJwk).bits(), 256U);
  EXPECT_EQ(public_key_of(vectors::kEs256PublicJwk).type(), KeyType::EcP256);
  EXPECT_EQ(public_key_of(vectors::kEddsaPublicJwk).type(), KeyType::Ed25519);
}

TEST(PublicKey, TakesRsaModuliFrom2048To8192Bits) {
  expect_refused(rsa_jwk_of_bits(1024), "n");
  expect_refused(rsa_jwk_of_bits(2047), "n");
  EXPECT_EQ(PublicKey::from_jwk(rsa_jwk_of_bits(2048)).value().bits(), 2048U);
  EXPECT_EQ(PublicKey::from_jwk(rsa_jwk_of_bits(8192)).value().bits(), 8192U);
  expect_refused(rsa_jwk_of_bits(8193), "n");
}

TEST(PublicKey, RefusesAModulusThatIsEvenOrHasLeadingZeros) {
  auto jwk = rsa_jwk_of_bits(2048);
  jwk["n"] = base64url_encode(std::string(256, '\x80'));
  expect_refused(jwk, "n");
  // As Java's BigInteger writes it. Other verifiers of the network would refuse it, or give it another thumbprint.
  jwk["n"] = base64url_encode(std::string(1, '\0') + std::string(256, '\x81'));
  expect_refused(jwk, "n");
  EXPECT_NE(PublicKey::from_jwk(jwk).error().message.find("begins with a zero octet"), std::string::npos);
}

TEST(PublicKey, TakesOddExponentsFromThreeTo64Bits) {
  auto jwk = rsa_jwk_of_bits(2048);
  const auto with_exponent = [&](std::string_view bytes) {
    jwk["e"] = base64url_encode(bytes);
    return jwk;
  };
  EXPECT_TRUE(PublicKey::from_jwk(with_exponent("\x03")));
  EXPECT_TRUE(PublicKey::from_jwk(with_exponent(std::string(8, '\xff'))));
  expect_refused(with_exponent(std::string(9, '\xff')), "e");
  expect_refused(with_exponent("\x01"), "e");
  expect_refused(with_exponent("\x02"), "e");
  expect_refused(with_exponent(std::string(1, '\0')), "e");
  expect_refused(with_exponent(std::string("\0\3", 2)), "e");
  expect_refused(with_exponent(""), "e");
}

TEST(PublicKey, RefusesPointsThatAreNotOnTheCurve) {
  auto p256 = jwk_of(vectors::kEs256PublicJwk);
  std::swap(p256["x"], p256["y"]);
  EXPECT_EQ(PublicKey::from_jwk(p256).error().code, ErrorCode::InvalidInput);

  auto ed25519 = jwk_of(vectors::kEddsaPublicJwk);
  ed25519["x"] = base64url_encode("\x02" + std::string(31, '\0'));
  expect_refused(ed25519, "x");
  ed25519["x"] = base64url_encode("\x01" + std::string(31, '\0'));  // the neutral element, of order 1
  expect_refused(ed25519, "x");
}

TEST(PublicKey, RefusesCoordinatesOfAnotherLength) {
  for (const std::size_t size : {0U, 31U, 33U}) {
    auto p256 = jwk_of(vectors::kEs256PublicJwk);
    p256["y"] = base64url_encode(std::string(size, '\1'));
    expect_refused(p256, "y");
    auto ed25519 = jwk_of(vectors::kEddsaPublicJwk);
    ed25519["x"] = base64url_encode(std::string(size, '\1'));
    expect_refused(ed25519, "x");
  }
}

TEST(PublicKey, RefusesPrivateAndSharedKeys) {
  for (const auto* member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    auto jwk = jwk_of(vectors::kRs256PublicJwk);
    jwk[member] = "AQAB";
    expect_refused(jwk, member);
  }
  expect_refused({{"kty", "oct"}}, "kty");
}

TEST(PublicKey, NamesTheMemberThatIsMissingOrMalformed) {
  for (const auto text : {vectors::kRs256PublicJwk, vectors::kEs256PublicJwk, vectors::kEddsaPublicJwk}) {
    for (const auto& member : jwk_of(text)) {
      auto jwk = jwk_of(text);
      jwk.erase(member.key());
      expect_refused(jwk, member.key());
      jwk[member.key()] = 5;
      expect_refused(jwk, member.key());
      jwk[member.key()] = "AQAB=";
      expect_refused(jwk, member.key());
    }
  }
}

TEST(SignatureAlgorithm, ReadsItsOwnNamesOnly) {
  for (const auto* name : {"RS256", "PS256", "ES256", "EdDSA"})
    EXPECT_EQ(to_string(parse_signature_algorithm(name).value()), name);
  for (const auto* name : {"none", "HS256", "rs256", "RS512", "", "RS256 "})
    EXPECT_FALSE(parse_signature_algorithm(name)) << name;
}

}  // namespace
}  // namespace dwarpal::crypto
