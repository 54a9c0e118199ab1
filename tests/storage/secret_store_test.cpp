#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;

class SecretStore : public StoreContract {
 protected:
  SecretStore() {
    write([&](Transaction& t) -> Result<> {
      TRY(t.entities().insert(some_entity("ours")));
      return t.entities().insert(some_entity("other"));
    });
  }

  void insert(const core::EntitySecret& secret) {
    write([&](Transaction& t) { return t.secrets().insert(entity_, secret); });
  }
  std::optional<core::EntitySecret> newest() {
    return read([&](Transaction& t) { return t.secrets().newest(entity_); });
  }
  std::vector<std::int64_t> live() {
    std::vector<std::int64_t> numbers;
    for (const auto& state : read([&](Transaction& t) { return t.secrets().live(entity_); })) {
      numbers.push_back(state.number);
    }
    return numbers;
  }
  void use(std::int64_t number, Instant instant) {
    write([&](Transaction& t) { return t.secrets().set_last_used(entity_, number, instant); });
  }
  void end(std::int64_t number, Instant instant) {
    write([&](Transaction& t) { return t.secrets().set_ended(entity_, number, instant); });
  }

  const EntityUuid entity_ = some_entity("ours").uuid;
  const EntityUuid other_ = some_entity("other").uuid;
};

INSTANTIATE_TEST_SUITE_P(Stores, SecretStore, testing::ValuesIn(every_store()), store_name);

TEST_P(SecretStore, HasNothingForAnEntityWithoutSecrets) {
  EXPECT_EQ(newest(), std::nullopt);
  EXPECT_THAT(live(), IsEmpty());
}

TEST_P(SecretStore, GivesBackEveryMemberOfASecret) {
  auto secret = some_secret(1);
  secret.state.replaced_at = at(5);
  secret.state.ended_at = at(6);
  secret.state.last_used_at = at(7);
  insert(secret);
  EXPECT_EQ(newest(), secret);
}

TEST_P(SecretStore, KeepsASecretWithoutExpiry) {
  auto secret = some_secret(1);
  secret.state.expires_at = std::nullopt;
  insert(secret);
  EXPECT_EQ(newest(), secret);
}

TEST_P(SecretStore, KeepsBytesThatAreNoText) {
  auto secret = some_secret(1);
  secret.sealed.bytes = std::string("\0\xff\xfe'\0", 5);
  secret.state.digest = digest_of(0);
  insert(secret);
  EXPECT_EQ(newest(), secret);
}

TEST_P(SecretStore, KeepsEmptyBytes) {
  auto secret = some_secret(1);
  secret.sealed.bytes.clear();
  insert(secret);
  EXPECT_EQ(newest(), secret);
}

TEST_P(SecretStore, TakesTheHighestNumberForTheNewest) {
  insert(some_secret(2));
  insert(some_secret(10));
  insert(some_secret(1));
  EXPECT_EQ(newest(), some_secret(10));
  EXPECT_THAT(live(), ElementsAre(10, 2, 1));
}

TEST_P(SecretStore, KeepsTheSecretsOfEntitiesApart) {
  insert(some_secret(1));
  write([&](Transaction& t) { return t.secrets().insert(other_, some_secret(2)); });
  EXPECT_EQ(newest(), some_secret(1));
  EXPECT_THAT(live(), ElementsAre(1));
}

TEST_P(SecretStore, LeavesEndedSecretsOutOfTheLiveOnesUnlessItIsTheNewest) {
  for (const auto number : {1, 2, 3}) insert(some_secret(number));
  end(2, at(50));
  EXPECT_THAT(live(), ElementsAre(3, 1));
  end(3, at(60));
  EXPECT_THAT(live(), ElementsAre(3, 1));
  EXPECT_EQ(newest()->state.ended_at, at(60));
}

TEST_P(SecretStore, SaysWhenASecretWasReplaced) {
  insert(some_secret(1));
  insert(some_secret(2));
  write([&](Transaction& t) { return t.secrets().set_replaced(entity_, 1, at(77)); });
  const auto states = read([&](Transaction& t) { return t.secrets().live(entity_); });
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0], some_secret(2).state);
  EXPECT_EQ(states[1].replaced_at, at(77));
}

TEST_P(SecretStore, ErasesTheTextsBeforeANumberAndNothingElse) {
  for (const auto number : {1, 2, 3}) insert(some_secret(number));
  write([&](Transaction& t) { return t.secrets().insert(other_, some_secret(1)); });
  const auto erase_before = [&](std::int64_t number) {
    write([&](Transaction& t) { return t.secrets().erase_texts_before(entity_, number); });
  };
  erase_before(3);
  EXPECT_EQ(newest(), some_secret(3));
  EXPECT_THAT(live(), ElementsAre(3, 2, 1));
  erase_before(4);
  auto erased = some_secret(3);
  erased.sealed.bytes.clear();
  EXPECT_EQ(newest(), erased);
  EXPECT_EQ(read([&](Transaction& t) { return t.secrets().newest(other_); }), some_secret(1));
}

TEST_P(SecretStore, MovesTheLastUseForwardOnly) {
  insert(some_secret(1));
  use(1, at(100));
  EXPECT_EQ(newest()->state.last_used_at, at(100));
  use(1, at(99));
  EXPECT_EQ(newest()->state.last_used_at, at(100));
  use(1, at(101));
  EXPECT_EQ(newest()->state.last_used_at, at(101));
}

TEST_P(SecretStore, RefusesANumberTwice) {
  insert(some_secret(1));
  const auto done = store().write([&](Transaction& t) { return t.secrets().insert(entity_, some_secret(1)); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::AlreadyExists);
}

TEST_P(SecretStore, RefusesASecretOfNobody) {
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.secrets().insert(EntityUuid("none"), some_secret(1)); }));
}

TEST_P(SecretStore, FailsToChangeASecretThatIsNotThere) {
  insert(some_secret(1));
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.secrets().set_replaced(entity_, 2, at(1)); }));
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.secrets().set_ended(other_, 1, at(1)); }));
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.secrets().set_last_used(entity_, 2, at(1)); }));
}

}  // namespace

}  // namespace dwarpal::test
