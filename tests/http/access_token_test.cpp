// Tokens that are none: altered, expired, of another kind, forged.
#include <openssl/hmac.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "core/signing/discovery.hpp"
#include "core/signing/new_signing_key.hpp"
#include "crypto/base64url.hpp"
#include "crypto/jws.hpp"
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;

constexpr std::string_view kBase64UrlLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

class AccessToken : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    secret_ = reset().text("secret");
    token_ = token_of(kAdmin);
    const auto first = token_.find('.');
    const auto second = token_.rfind('.');
    header_ = boost::json::parse(*crypto::base64url_decode(token_.substr(0, first))).as_object();
    claims_ = boost::json::parse(*crypto::base64url_decode(token_.substr(first + 1, second - first - 1))).as_object();
    signature_ = token_.substr(second + 1);
  }

  Reply read_with(const std::string& token) { return post("/entity/secret/read", {{"entityId", kMember}}, token); }
  void expect_good(const std::string& token) { EXPECT_THAT(read_with(token), is_answered()); }
  void expect_bad(const std::string& token, const std::string& what) {
    EXPECT_THAT(read_with(token), is_refused(401, kBadToken)) << what;
  }

  static std::string encoded(const object& part) { return crypto::base64url_encode(boost::json::serialize(part)); }
  template <typename Value>
  static object with(object part, std::string_view member, const Value& value) {
    part[member] = value;
    return part;
  }
  static object without(object part, std::string_view member) {
    part.erase(member);
    return part;
  }
  /// Signed by the network's own key.
  std::string signed_by_network(const object& claims) {
    return node().key_ring.sign_jwt(boost::json::serialize(claims))->token;
  }
  /// Signed by another key, with this header.
  static std::string signed_by(const std::shared_ptr<const crypto::PrivateKey>& key, const object& header,
                               const object& claims) {
    auto signer = *crypto::Signer::create(key);
    return *crypto::compact_jws(signer, encoded(header), boost::json::serialize(claims));
  }

  std::string secret_;
  std::string token_;
  object header_;
  object claims_;
  std::string signature_;
};

TEST_F(AccessToken, IsRefusedWhenAnyCharacterOfItIsAltered) {
  expect_good(token_);
  for (std::size_t at = 0; at < token_.size(); at += 7) {
    auto altered = token_;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    expect_bad(altered, "character " + std::to_string(at));
  }
  // The last ones of each part hold bits that a lax decoder drops.
  const auto first = token_.find('.');
  const auto second = token_.rfind('.');
  for (const auto at : {first - 1, first, second - 1, second, token_.size() - 1}) {
    for (const auto letter : kBase64UrlLetters) {
      auto altered = token_;
      if (std::exchange(altered[at], letter) != letter) expect_bad(altered, "character " + std::to_string(at));
    }
  }
}

TEST_F(AccessToken, IsRefusedWhenItIsCutLengthenedOrPadded) {
  for (const auto& altered :
       {token_.substr(0, token_.size() - 1), token_ + "A", token_ + "=", token_ + "==", "A" + token_, token_ + ".",
        "." + token_, token_.substr(0, token_.rfind('.')), token_.substr(0, token_.rfind('.') + 1),
        token_ + std::string(20'000 - token_.size(), 'A').substr(0, 12'000)}) {
    expect_bad(altered, altered.substr(0, 40));
  }
}

TEST_F(AccessToken, ExpiresAtTheInstantThatItNames) {
  at(day(180) - 1ms);
  expect_good(token_);
  at(day(180));
  expect_bad(token_, "at exp");
}

TEST_F(AccessToken, OfAnOperatorExpiresAfterEightHours) {
  const auto token = token_of(kOperator);
  const auto reset_with = [&] { return post("/user/password/reset", {{"email", "nobody@fip.test"}}, token); };
  at(start_ + 8h - 1ms);
  EXPECT_THAT(reset_with(), is_refused(404, kNoUser));
  at(start_ + 8h);
  EXPECT_THAT(reset_with(), is_refused(401, kBadToken));
}

TEST_F(AccessToken, IsRefusedWithClaimsThatOursNeverHave) {
  expect_good(signed_by_network(claims_));
  const auto now = unix_seconds(clock_.now());
  for (const auto& claims : {with(claims_, "iss", "https://iam.setu.test/auth/realms/other"),
                             with(claims_, "iss", "https://iam.setu.test/auth/realms/sahamati/"),
                             with(claims_, "typ", "ID"),
                             with(claims_, "exp", now),
                             with(claims_, "exp", "never"),
                             with(claims_, "exp", 4e20),
                             with(claims_, "sub", "somebody"),
                             with(claims_, "sub", 7),
                             with(claims_, "azp", kMember),
                             with(claims_, "azp", "IAM"),
                             with(claims_, "cv", 99),
                             with(claims_, "cv", "1"),
                             without(claims_, "cv"),
                             without(claims_, "exp"),
                             without(claims_, "iat"),
                             without(claims_, "iss"),
                             without(claims_, "sub"),
                             without(claims_, "azp"),
                             without(claims_, "typ"),
                             object()}) {
    expect_bad(signed_by_network(claims), boost::json::serialize(claims));
  }
  const auto text = boost::json::serialize(claims_);
  expect_bad(node().key_ring.sign_jwt(R"({"sub":"x",)" + text.substr(1))->token, "sub twice");
  expect_bad(node().key_ring.sign_jwt("no JSON")->token, "no JSON");
  expect_bad(node().key_ring.sign_jwt("[]")->token, "a list");
}

TEST_F(AccessToken, IsRefusedWithoutASignature) {
  for (const auto* alg : {"none", "None", "NONE", "nOnE", ""}) {
    const auto forged = encoded(with(header_, "alg", alg)) + "." + encoded(claims_) + ".";
    expect_bad(forged, alg);
    expect_bad(forged + signature_, alg);
  }
  expect_bad(encoded(without(header_, "alg")) + "." + encoded(claims_) + "." + signature_, "no alg");
}

TEST_F(AccessToken, IsRefusedWhenAPublicKeyWasTakenForASharedOne) {
  const auto jwks = boost::json::parse(core::json_web_key_set(node().key_ring)).as_object();
  const auto& jwk = jwks.at("keys").as_array().front().as_object();
  const auto input = encoded(with(header_, "alg", "HS256")) + "." + encoded(claims_);
  for (const auto& key : {std::string(jwk.at("n").as_string()), boost::json::serialize(jwk),
                          *crypto::base64url_decode(std::string_view(jwk.at("n").as_string())), std::string()}) {
    std::string mac(32, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(input.data()),
         input.size(), reinterpret_cast<unsigned char*>(mac.data()), &size);
    expect_bad(input + "." + crypto::base64url_encode(mac), "HS256");
  }
}

TEST_F(AccessToken, IsRefusedWhenAnotherKeySignedIt) {
  const auto key =
      std::make_shared<const crypto::PrivateKey>(*crypto::PrivateKey::generate(crypto::SignatureAlgorithm::RS256));
  const auto jwk = key->public_key().to_jwk();
  expect_bad(signed_by(key, header_, claims_), "the network's kid");
  expect_bad(signed_by(key, with(header_, "kid", key->public_key().thumbprint()), claims_), "its own kid");
  expect_bad(signed_by(key, without(header_, "kid"), claims_), "no kid");
  expect_bad(signed_by(key, with(header_, "jwk", jwk), claims_), "jwk");
  expect_bad(signed_by(key, with(header_, "jku", "https://evil.test/certs"), claims_), "jku");
  expect_bad(signed_by(key, with(header_, "x5u", "https://evil.test/certs"), claims_), "x5u");
}

TEST_F(AccessToken, IsRefusedWhenItsHeaderAsksForWhatIsNotDone) {
  // Signed by the network's key all the same, as nobody else can: the header alone is at fault.
  auto stored = node().store.read([](core::Transaction& transaction) { return transaction.signing_keys().list(); });
  const auto key =
      std::make_shared<const crypto::PrivateKey>(*core::open_private_key(stored->front(), node().data_keys));
  expect_good(signed_by(key, header_, claims_));
  for (const auto& header :
       {with(header_, "crit", boost::json::array{"exp"}), with(header_, "crit", boost::json::array{}),
        with(header_, "jku", "https://iam.setu.test/certs"), with(header_, "b64", false),
        with(header_, "jwk", key->public_key().to_jwk()), with(header_, "x5u", "x"), with(header_, "alg", "PS256"),
        with(header_, "alg", "rs256"), with(header_, "typ", "JWE"), without(header_, "kid"),
        with(header_, "kid", "another")}) {
    expect_bad(signed_by(key, header, claims_), boost::json::serialize(header));
  }
}

TEST_F(AccessToken, OfAnEntityIsNoneOfAUser) {
  const auto token = entity_token(secret_).text("accessToken");
  ASSERT_FALSE(token.empty());
  for (const auto* path :
       {"/entity/secret/reset", "/entity/secret/read", "/entity/secret/status", "/entity/secret/revoke",
        "/entity/register", "/user/register", "/user/password/change", "/user/password/reset"}) {
    EXPECT_THAT(post(path, {{"entityId", kMember}, {"email", kAdmin}}, token), is_refused(401, kBadToken)) << path;
  }
  const object link{{"email", kAdmin}, {"entityId", kMember}};
  EXPECT_THAT(put("/entity/user/add", link, token), is_refused(401, kBadToken));
  EXPECT_THAT(erase("/entity/user/remove", link, token), is_refused(401, kBadToken));
}

TEST_F(AccessToken, OfAnEntityIsRefusedWhenItsSubjectAndItsPartyAreNotOneEntity) {
  make_member("fiu", "FIU-1");
  EXPECT_THAT(post("/entity/secret/reset", {{"entityId", "FIU-1"}}, token_of("admin@fiu-1.test")), is_answered());
  const auto token = entity_token(secret_).text("accessToken");
  const auto first = token.find('.') + 1;
  const auto claims =
      boost::json::parse(*crypto::base64url_decode(token.substr(first, token.rfind('.') - first))).as_object();
  const auto lists = [&](const object& changed) {
    return ask(get_call("/cr/v2/entityInfo/FIP").by(signed_by_network(changed))).status;
  };
  EXPECT_EQ(lists(claims), 200U);
  const auto other = node().entities.show(EntityId("FIU-1"));
  EXPECT_EQ(lists(with(claims, "azp", "FIU-1")), 401U);
  EXPECT_EQ(lists(with(claims, "sub", other->uuid.text())), 401U);
  EXPECT_EQ(lists(with(with(claims, "sub", other->uuid.text()), "azp", "FIU-1")), 200U);
  EXPECT_EQ(lists(with(claims, "azp", "fip-1")), 401U);
  EXPECT_EQ(lists(with(claims, "azp", "NOBODY")), 401U);
}

class AccessTokenWherePasswordsExpire : public AccessToken {
 protected:
  AccessTokenWherePasswordsExpire() { settings_.policy.password_lifetime = 24h; }
};

TEST_F(AccessTokenWherePasswordsExpire, GoesOnWhenThePasswordHasExpired) {
  at(start_ + 24h - 1ms);
  EXPECT_THAT(sign_in(kAdmin), is_answered());
  at(start_ + 24h);
  EXPECT_THAT(sign_in(kAdmin), is_refused(401, kBadPassword));
  expect_good(token_);
}

class AccessTokenWhereEntitiesMayAddUsers : public AccessToken {
 protected:
  AccessTokenWhereEntitiesMayAddUsers() { settings_.policy.entity_tokens_may_add_users = true; }
};

TEST_F(AccessTokenWhereEntitiesMayAddUsers, OfAnEntityAddsUsersToThatEntityAlone) {
  make_member("aa", "AA-1");
  make_user("second@fip-1.test");
  const auto token = entity_token(secret_).text("accessToken");
  const auto add_to = [&](const std::string& id) {
    return put("/entity/user/add", {{"email", "second@fip-1.test"}, {"entityId", id}}, token);
  };
  EXPECT_THAT(add_to("AA-1"), is_refused(401, kBadEntity));
  EXPECT_THAT(add_to(kMember), is_answered({{"message", "User successfully linked to the entity."}}));
  EXPECT_THAT(erase("/entity/user/remove", {{"email", "second@fip-1.test"}, {"entityId", kMember}}, token),
              is_refused(401, kBadToken));
  expect_bad(token, "an entity token to read by");
  suspend_entity();
  EXPECT_THAT(add_to(kMember), is_refused(401, kBadToken));
}

}  // namespace
}  // namespace dwarpal::test
