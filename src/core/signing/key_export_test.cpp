#include "core/signing/key_export.hpp"

#include <boost/json/serialize.hpp>

#include "core/signing/new_signing_key.hpp"
#include "crypto/base64url.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

class KeyExportTest : public test::UserFixture {
 protected:
  SigningKey stored_key() {
    auto key = *make_signing_key({.algorithm = crypto::SignatureAlgorithm::ES256}, keys_, random_, test_.clock().now());
    write([&](Transaction& transaction) { return transaction.signing_keys().insert(key); });
    return key;
  }
};

TEST_F(KeyExportTest, HoldsPrivateKeysOnlyAsTheyLieInTheStore) {
  const auto key = stored_key();
  const auto exported = export_signing_keys(test_.store(), audit_, test_.clock().now(), command_line());
  ASSERT_TRUE(test::done(exported));
  const auto& entry = exported->at("keys").at(0).as_object();
  EXPECT_EQ(entry.at("kid").as_string(), key.id.text());
  EXPECT_EQ(entry.at("state").as_string(), "PENDING");
  EXPECT_TRUE(entry.at("signedUntil").is_null());
  EXPECT_EQ(newest_audit_record(), "key.export done");

  const auto plain = open_private_key(key, keys_)->to_pkcs8();
  EXPECT_FALSE(boost::json::serialize(*exported).contains(crypto::base64_encode(plain.expose())));
  SigningKey again = key;
  again.private_key.bytes = *crypto::base64_decode(entry.at("sealedPrivateKey").as_string());
  EXPECT_EQ(open_private_key(again, keys_)->public_key().thumbprint(), key.id.text());
}

TEST_F(KeyExportTest, IsForOperatorsAlone) {
  stored_key();
  const auto refused = export_signing_keys(test_.store(), audit_, test_.clock().now(),
                                           by({.kind = Actor::Kind::User, .name = "admin@fip.test"}));
  EXPECT_TRUE(test::refused(refused, ErrorCode::Unauthorized, "User doesn't have access to make this request"));
  EXPECT_EQ(in_short(audit_records().back()).substr(0, 18), "key.export refused");
}

}  // namespace
}  // namespace dwarpal::core
