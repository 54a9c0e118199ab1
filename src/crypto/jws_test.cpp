#include "crypto/jws.hpp"

#include <gtest/gtest.h>

#include "crypto/base64url.hpp"
#include "crypto/jose_vectors.hpp"

namespace dwarpal::crypto {
namespace {

std::string token_of(std::string_view header, std::string_view payload, std::string_view signature) {
  return base64url_encode(header) + "." + base64url_encode(payload) + "." + base64url_encode(signature);
}

TEST(Jws, IsTakenApart) {
  const auto jws = parse_compact_jws(vectors::kRs256Token).value();
  EXPECT_EQ(jws.header.at("alg"), "RS256");
  EXPECT_EQ(jws.payload, "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  EXPECT_EQ(jws.signature.size(), 256U);
  EXPECT_EQ(jws.signing_input, vectors::kRs256Token.substr(0, vectors::kRs256Token.rfind('.')));
}

TEST(Jws, MayHaveAnEmptyPayloadButNoEmptySignature) {
  EXPECT_EQ(parse_compact_jws(token_of("{}", "", "s")).value().payload, "");
  EXPECT_FALSE(parse_compact_jws(token_of("{}", "p", "")));
  EXPECT_FALSE(parse_compact_jws(token_of("", "p", "s")));
}

TEST(Jws, HasExactlyThreeParts) {
  EXPECT_TRUE(parse_compact_jws("e30.cA.cw"));
  for (const auto* text : {"", ".", "..", "e30", "e30.cA", "e30.cA.cw.", ".e30.cA.cw", "e30.cA.cw.cw", "e30..cA.cw"})
    EXPECT_FALSE(parse_compact_jws(text)) << text;
}

TEST(Jws, RefusesPaddingWhiteSpaceAndStrayBitsInEachPart) {
  for (const auto* text :
       {"e30=.cA.cw", "e30.cA==.cw", "e30.cA.cw==", " e30.cA.cw", "e30.cA.cw\n", "e31.cA.cw", "e30.cB.cw", "e30.cA.cx"})
    EXPECT_FALSE(parse_compact_jws(text)) << text;
}

TEST(Jws, RefusesAHeaderThatIsNoObjectOrHasANameTwice) {
  EXPECT_TRUE(parse_compact_jws(token_of(R"({"alg":"RS256"})", "p", "s")));
  for (const auto* header : {"[]", "\"alg\"", "5", "{", "{} x", R"({"alg":"RS256","alg":"none"})",
                             R"({"alg":"RS256","a":{"b":1,"b":2}})", R"({"alg":"RS256","\u0061lg":"none"})"}) {
    const auto jws = parse_compact_jws(token_of(header, "p", "s"));
    ASSERT_FALSE(jws) << header;
    EXPECT_EQ(jws.error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(jws.error().message.find("none"), std::string::npos);
  }
}

TEST(Jws, HasAtMost16KiB) {
  const std::string frame = "e30..cw";
  EXPECT_FALSE(parse_compact_jws("e30." + std::string(kMaxJwsBytes - frame.size() + 1, 'A') + ".cw"));
  EXPECT_TRUE(parse_compact_jws("e30." + std::string(kMaxJwsBytes - frame.size() - 1, 'A') + ".cw"));
}

TEST(Jws, ReadsWhatItWrites) {
  const auto key = std::make_shared<const PrivateKey>(PrivateKey::generate(SignatureAlgorithm::ES256).value());
  auto signer = Signer::create(key).value();
  const auto jws =
      parse_compact_jws(compact_jws(signer, base64url_encode(R"({"alg":"ES256"})"), "payload").value()).value();
  EXPECT_EQ(jws.header.at("alg"), "ES256");
  EXPECT_EQ(jws.payload, "payload");
  EXPECT_TRUE(key->public_key().verify(SignatureAlgorithm::ES256, jws.signing_input, jws.signature));
}

}  // namespace
}  // namespace dwarpal::crypto
