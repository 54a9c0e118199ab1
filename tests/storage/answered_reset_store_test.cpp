#include "core/entity/answered_reset.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::AnsweredReset;
using core::Transaction;

class AnsweredResetStore : public StoreContract {
 protected:
  AnsweredResetStore() {
    write([&](Transaction& t) -> Result<> {
      TRY(t.entities().insert(some_entity("ours")));
      for (const int number : {1, 2}) TRY(t.secrets().insert(entity_, some_secret(number)));
      return {};
    });
  }

  [[nodiscard]] AnsweredReset some_reset(std::uint8_t digest, std::int64_t number, std::int64_t answered_at) const {
    return {.key_digest = digest_of(digest),
            .entity = entity_,
            .number = number,
            .expiry_days = 30,
            .end_older = true,
            .txn_id = "a transaction",
            .answered_at = at(answered_at),
            .expires_at = at(9'000),
            .message = "a message"};
  }
  void put(const AnsweredReset& reset) {
    write([&](Transaction& t) { return t.answered_resets().put(reset); });
  }
  std::optional<AnsweredReset> find(std::uint8_t digest) {
    return read([&](Transaction& t) { return t.answered_resets().find(digest_of(digest)); });
  }

  const EntityUuid entity_ = some_entity("ours").uuid;
};

TEST_P(AnsweredResetStore, GivesBackWhatWasPut) {
  put(some_reset(7, 1, 1'000));
  restart();
  const auto found = find(7);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key_digest, digest_of(7));
  EXPECT_EQ(found->entity, entity_);
  EXPECT_EQ(found->number, 1);
  EXPECT_EQ(found->expiry_days, 30);
  EXPECT_TRUE(found->end_older);
  EXPECT_EQ(found->txn_id, "a transaction");
  EXPECT_EQ(found->answered_at, at(1'000));
  EXPECT_EQ(found->expires_at, at(9'000));
  EXPECT_EQ(found->message, "a message");
  EXPECT_FALSE(find(8));
}

TEST_P(AnsweredResetStore, ReplacesTheOneOfTheSameKey) {
  put(some_reset(7, 1, 1'000));
  auto next = some_reset(7, 2, 2'000);
  next.expiry_days = std::nullopt;
  put(next);
  EXPECT_EQ(find(7)->number, 2);
  EXPECT_EQ(find(7)->expiry_days, std::nullopt);
}

TEST_P(AnsweredResetStore, RefersToASecretThatIsThere) {
  const auto reset = some_reset(7, 3, 1'000);
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.answered_resets().put(reset); }));
}

TEST_P(AnsweredResetStore, ForgetsUpToAnInstant) {
  put(some_reset(7, 1, 1'000));
  put(some_reset(8, 2, 1'001));
  EXPECT_EQ(write([](Transaction& t) { return t.answered_resets().forget(at(999)); }), 0);
  EXPECT_EQ(write([](Transaction& t) { return t.answered_resets().forget(at(1'000)); }), 1);
  EXPECT_FALSE(find(7));
  EXPECT_TRUE(find(8));
}

INSTANTIATE_TEST_SUITE_P(Stores, AnsweredResetStore, testing::ValuesIn(every_store()), store_name);

}  // namespace

}  // namespace dwarpal::test
