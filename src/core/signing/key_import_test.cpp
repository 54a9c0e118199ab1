#include "core/signing/key_import.hpp"

#include <boost/json/serialize.hpp>
#include <functional>

#include "core/signing/key_export.hpp"
#include "core/signing/new_signing_key.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

class KeyImportTest : public test::UserFixture {
 protected:
  KeyImportTest() {
    add(SigningKeyState::Retired);
    add(SigningKeyState::Active);
    exported_ = export_signing_keys(test_.store(), audit_, test_.clock().now(), command_line()).value();
  }

  void add(SigningKeyState state) {
    const auto now = test_.clock().now();
    auto key = *make_signing_key({.algorithm = crypto::SignatureAlgorithm::ES256}, keys_, random_, now);
    key.state = state;
    key.token_lifetime = 24h;
    if (state == SigningKeyState::Retired) {
      key.signed_until = now + 1h;
      key.published_until = now + 26h;
    }
    write([&](Transaction& transaction) { return transaction.signing_keys().insert(key); });
  }

  [[nodiscard]] Result<SigningKeyExport> read_back() const {
    return parse_signing_key_export(boost::json::serialize(exported_));
  }
  /// What it says once one field of the second key is another value.
  [[nodiscard]] std::string refusal_with(std::string_view field, const boost::json::value& value) const {
    auto altered = exported_;
    altered.at("keys").at(1).as_object()[field] = value;
    const auto read = parse_signing_key_export(boost::json::serialize(altered));
    return read ? "taken" : read.error().message;
  }

  boost::json::object exported_;
};

TEST_F(KeyImportTest, ReadsBackWhatWasExported) {
  const auto imported = read_back();
  ASSERT_TRUE(test::done(imported));
  EXPECT_EQ(imported->exported_on, test_.clock().now());
  const auto stored = read([](Transaction& transaction) { return transaction.signing_keys().list(); });
  ASSERT_EQ(imported->keys.size(), stored.size());
  for (std::size_t number = 0; number < stored.size(); ++number) {
    const auto& key = imported->keys[number];
    EXPECT_EQ(key.id, stored[number].id);
    EXPECT_EQ(key.kind, stored[number].kind);
    EXPECT_EQ(key.state, stored[number].state);
    EXPECT_EQ(key.private_key.key, stored[number].private_key.key);
    EXPECT_EQ(key.private_key.bytes, stored[number].private_key.bytes);
    EXPECT_EQ(key.certificate, stored[number].certificate);
    EXPECT_EQ(key.published_at, stored[number].published_at);
    EXPECT_EQ(key.signs_from, stored[number].signs_from);
    EXPECT_EQ(key.signed_until, stored[number].signed_until);
    EXPECT_EQ(key.token_lifetime, stored[number].token_lifetime);
    EXPECT_EQ(key.published_until, stored[number].published_until);
  }
}

TEST_F(KeyImportTest, NamesEachFieldThatIsMissingOfAWrongTypeOrThereTwice) {
  const auto all_of_key = exported_.at("keys").at(1).as_object();
  for (const auto& [name, value] : all_of_key) {
    const auto path = "keys[1]." + std::string(name);
    auto without = exported_;
    without.at("keys").at(1).as_object().erase(name);
    EXPECT_TRUE(test::refused(parse_signing_key_export(boost::json::serialize(without)), ErrorCode::InvalidInput,
                              path + " is missing"));
    for (const boost::json::value& wrong : {boost::json::value(true), boost::json::value(boost::json::object())}) {
      EXPECT_THAT(refusal_with(name, wrong), testing::StartsWith(path + " must be")) << name;
    }
    const auto member = '"' + std::string(name) + "\":";
    auto text = boost::json::serialize(exported_);
    text.insert(text.rfind(member), member + boost::json::serialize(value) + ",");
    EXPECT_TRUE(test::refused(parse_signing_key_export(text), ErrorCode::InvalidInput, path + " stands there twice"));
  }
}

TEST_F(KeyImportTest, NamesWhatIsWrongAroundTheKeys) {
  const auto refusal_of = [](std::string_view text) {
    const auto read = parse_signing_key_export(text);
    return read ? "taken" : read.error().message;
  };
  EXPECT_EQ(refusal_of(""), "It is not a JSON object, as `key export` prints it");
  EXPECT_EQ(refusal_of("[]"), "It is not a JSON object, as `key export` prints it");
  EXPECT_EQ(refusal_of("{}"), "exportedOn is missing");
  EXPECT_EQ(refusal_of(R"({"exportedOn":1})"), "exportedOn must be a text");
  EXPECT_EQ(refusal_of(R"({"exportedOn":"soon"})"), "exportedOn must be a time such as 2026-01-31T18:30:00.000Z");
  EXPECT_EQ(refusal_of(R"({"exportedOn":"2026-01-01T00:00:00Z"})"), "keys is missing");
  EXPECT_EQ(refusal_of(R"({"exportedOn":"2026-01-01T00:00:00Z","keys":{}})"), "keys must be an array");
  EXPECT_EQ(refusal_of(R"({"exportedOn":"2026-01-01T00:00:00Z","keys":[]})"), "keys must hold one key that is ACTIVE");
  EXPECT_EQ(refusal_of(R"({"exportedOn":"2026-01-01T00:00:00Z","keys":[7]})"), "keys[0] must be an object");
}

TEST_F(KeyImportTest, NamesValuesThatDoNotFitEachOther) {
  const boost::json::value until(iso8601(test_.clock().now()));
  EXPECT_EQ(refusal_with("alg", "none"), "keys[1].alg is not known");
  EXPECT_EQ(refusal_with("alg", "RS256"), "keys[1].rsaBits does not fit alg");
  EXPECT_EQ(refusal_with("rsaBits", 2048), "keys[1].rsaBits does not fit alg");
  EXPECT_EQ(refusal_with("rsaBits", -1), "keys[1].rsaBits must be a whole number from 0 to 4096");
  EXPECT_EQ(refusal_with("kid", ""), "keys[1].kid is empty");
  EXPECT_EQ(refusal_with("kid", exported_.at("keys").at(0).at("kid")), "keys[1].kid is that of another key, too");
  EXPECT_EQ(refusal_with("state", "BEST"), "keys[1].state is not known");
  EXPECT_EQ(refusal_with("state", "PENDING"), "keys must hold one key that is ACTIVE");
  EXPECT_EQ(refusal_with("state", "RETIRED"), "keys[1].publishedUntil does not fit the key's state");
  EXPECT_EQ(refusal_with("publishedUntil", until), "keys[1].publishedUntil does not fit the key's state");
  EXPECT_EQ(refusal_with("signedUntil", until), "keys[1].signedUntil does not fit the key's state");
  EXPECT_EQ(refusal_with("sealedPrivateKey", ""), "keys[1].sealedPrivateKey does not fit the key's state");
  EXPECT_EQ(refusal_with("sealedPrivateKey", "?"), "keys[1].sealedPrivateKey must be base64");
  EXPECT_EQ(refusal_with("dataKey", ""), "keys[1].dataKey does not fit the key's state");
  EXPECT_EQ(refusal_with("signsFrom", "1999-12-31T00:00:00Z"), "keys[1].signsFrom is before publishedSince");
  const std::int64_t longest = kLongestLifetime / Duration(1);
  EXPECT_EQ(refusal_with("tokenLifetimeMilliseconds", longest), "taken");
  EXPECT_EQ(refusal_with("tokenLifetimeMilliseconds", longest + 1),
            "keys[1].tokenLifetimeMilliseconds must be a whole number from 0 to 315360000000");
}

}  // namespace
}  // namespace dwarpal::core
