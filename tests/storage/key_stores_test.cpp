// Data keys, signing keys, and what a sandbox keeps under them.
#include "core/data_keys.hpp"
#include "core/sandbox/sandbox_store.hpp"
#include "core/signing/signing_key.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::DataKeyPurpose;
using core::SigningKeyState;
using core::Transaction;
using testing::IsEmpty;

class DataKeyStore : public StoreContract {};
class SandboxStore : public StoreContract {};
class SigningKeyStore : public StoreContract {
 protected:
  static core::SigningKey some_key(std::string id) {
    return {.id = KeyId(std::move(id)),
            .kind = {.algorithm = crypto::SignatureAlgorithm::ES256, .rsa_bits = 0},
            .state = SigningKeyState::Pending,
            .private_key = {.key = DataKeyId("k"), .bytes = std::string("\0sealed", 7)},
            .certificate = std::string("0\x82\0der", 6),
            .published_at = at(1),
            .signs_from = at(2),
            .signed_until = std::nullopt,
            .token_lifetime = Duration(5),
            .published_until = std::nullopt};
  }
  static void expect_same(const core::SigningKey& left, const core::SigningKey& right) {
    EXPECT_EQ(left.id, right.id);
    EXPECT_EQ(left.kind, right.kind);
    EXPECT_EQ(left.state, right.state);
    EXPECT_EQ(left.private_key, right.private_key);
    EXPECT_EQ(left.certificate, right.certificate);
    EXPECT_EQ(left.published_at, right.published_at);
    EXPECT_EQ(left.signs_from, right.signs_from);
    EXPECT_EQ(left.signed_until, right.signed_until);
    EXPECT_EQ(left.token_lifetime, right.token_lifetime);
    EXPECT_EQ(left.published_until, right.published_until);
  }
  void insert(const core::SigningKey& key) {
    write([&](Transaction& t) { return t.signing_keys().insert(key); });
  }
  std::vector<core::SigningKey> list() {
    return read([](Transaction& t) { return t.signing_keys().list(); });
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, DataKeyStore, testing::ValuesIn(every_store()), store_name);
INSTANTIATE_TEST_SUITE_P(Stores, SandboxStore, testing::ValuesIn(every_store()), store_name);
INSTANTIATE_TEST_SUITE_P(Stores, SigningKeyStore, testing::ValuesIn(every_store()), store_name);

TEST_P(DataKeyStore, ListsKeysOldestFirstAlsoWithinAMillisecond) {
  const auto list = [&] { return read([](Transaction& t) { return t.data_keys().list(); }); };
  EXPECT_THAT(list(), IsEmpty());
  for (const auto* id : {"z", "a", "m"}) {
    write([&](Transaction& t) {
      return t.data_keys().insert({.id = DataKeyId(id),
                                   .purpose = DataKeyPurpose::AuditChain,
                                   .wrapped = std::string("\0wrapped", 8),
                                   .created_at = at(5)});
    });
  }
  const auto keys = list();
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].id, DataKeyId("z"));
  EXPECT_EQ(keys[0].purpose, DataKeyPurpose::AuditChain);
  EXPECT_EQ(keys[0].wrapped, std::string("\0wrapped", 8));
  EXPECT_EQ(keys[0].created_at, at(5));
  EXPECT_EQ(keys[1].id, DataKeyId("a"));
  EXPECT_EQ(keys[2].id, DataKeyId("m"));
}

TEST_P(DataKeyStore, RefusesAnIdTwice) {
  core::WrappedDataKey key;
  key.id = DataKeyId("k");
  const auto insert = [&] { return store().write([&](Transaction& t) { return t.data_keys().insert(key); }); };
  EXPECT_TRUE(insert());
  EXPECT_FALSE(insert());
}

TEST_P(DataKeyStore, WrapsAKeyAnew) {
  core::WrappedDataKey key{
      .id = DataKeyId("k"), .purpose = DataKeyPurpose::Encryption, .wrapped = "before", .created_at = at(5)};
  write([&](Transaction& t) { return t.data_keys().insert(key); });
  key.wrapped = std::string("\0after", 6);
  key.master_key_place = "/keys/new.key";
  key.wrapped_anew_at = at(6);
  write([&](Transaction& t) { return t.data_keys().update(key); });
  const auto stored = read([](Transaction& t) { return t.data_keys().list(); }).front();
  EXPECT_EQ(stored.wrapped, key.wrapped);
  EXPECT_EQ(stored.master_key_place, "/keys/new.key");
  EXPECT_EQ(stored.wrapped_anew_at, at(6));
  key.id = DataKeyId("other");
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.data_keys().update(key); }));
}

TEST_P(SigningKeyStore, GivesBackKeysOldestFirst) {
  EXPECT_THAT(list(), IsEmpty());
  auto newer = some_key("a");
  newer.kind = {.algorithm = crypto::SignatureAlgorithm::PS256, .rsa_bits = 3072};
  newer.state = SigningKeyState::Retired;
  newer.signed_until = at(3);
  newer.published_until = at(4);
  insert(some_key("z"));
  insert(newer);
  const auto keys = list();
  ASSERT_EQ(keys.size(), 2U);
  expect_same(keys[0], some_key("z"));
  expect_same(keys[1], newer);
}

TEST_P(SigningKeyStore, UpdatesStateInstantsAndThePrivateKey) {
  insert(some_key("z"));
  insert(some_key("a"));
  auto changed = some_key("a");
  changed.state = SigningKeyState::Withdrawn;
  changed.private_key = {};
  changed.signs_from = at(7);
  changed.signed_until = at(8);
  changed.token_lifetime = Duration(9);
  changed.published_until = at(10);
  write([&](Transaction& t) { return t.signing_keys().update(changed); });
  expect_same(list()[0], some_key("z"));
  expect_same(list()[1], changed);
}

TEST_P(SigningKeyStore, FailsToUpdateAKeyThatIsNotThere) {
  EXPECT_FALSE(store().write([](Transaction& t) { return t.signing_keys().update(some_key("z")); }));
}

TEST_P(SandboxStore, KeepsOneCredentialForEachKindAndName) {
  using Kind = core::SandboxCredential::Kind;
  const auto list = [&] { return read([](Transaction& t) { return t.sandbox().list(); }); };
  const auto put = [&](Kind kind, const std::string& name, const std::string& bytes, Instant made_at) {
    write([&](Transaction& t) {
      return t.sandbox().put(
          {.kind = kind, .name = name, .sealed = {.key = DataKeyId("k"), .bytes = bytes}, .made_at = made_at});
    });
  };
  EXPECT_THAT(list(), IsEmpty());
  put(Kind::Password, "same", "first", at(1));
  put(Kind::PrivateJwk, "same", "key", at(2));
  put(Kind::Password, "same", "second", at(3));
  const auto credentials = list();
  ASSERT_EQ(credentials.size(), 2U);
  EXPECT_EQ(credentials[0].kind, Kind::Password);
  EXPECT_EQ(credentials[0].name, "same");
  EXPECT_EQ(credentials[0].sealed, (core::Sealed{.key = DataKeyId("k"), .bytes = "second"}));
  EXPECT_EQ(credentials[0].made_at, at(3));
  EXPECT_EQ(credentials[1].kind, Kind::PrivateJwk);
  EXPECT_EQ(credentials[1].sealed.bytes, "key");
}

TEST_P(SandboxStore, CountsAUsersMockEntitiesThatAreNotDeregistered) {
  const auto user = some_user("one@network.test");
  const auto count = [&] { return read([&](Transaction& t) { return t.sandbox().count_mock_entities(user.uuid); }); };
  auto mock = some_entity("MOCK-1");
  const auto others = some_entity("MOCK-2");
  write([&](Transaction& t) -> Result<> {
    TRY(t.users().insert(user));
    TRY(t.users().insert(some_user("other@network.test")));
    for (const auto& entity : {mock, others, some_entity("REAL-1")}) TRY(t.entities().insert(entity));
    return t.sandbox().add_mock_entity(some_user("other@network.test").uuid, others.uuid);
  });
  EXPECT_EQ(count(), 0);
  write([&](Transaction& t) { return t.sandbox().add_mock_entity(user.uuid, mock.uuid); });
  EXPECT_EQ(count(), 1);
  mock.status = core::EntityStatus::Deregistered;
  write([&](Transaction& t) { return t.entities().update(mock); });
  EXPECT_EQ(count(), 0);
}

}  // namespace

}  // namespace dwarpal::test
