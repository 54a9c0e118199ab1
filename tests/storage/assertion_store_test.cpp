// Client assertions that were used.
#include <atomic>
#include <barrier>
#include <thread>

#include "core/entity/client_assertion.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;

class AssertionStore : public StoreContract {
 protected:
  AssertionStore() {
    for (const auto& entity : {one_, other_}) write([&](Transaction& t) { return t.entities().insert(entity); });
  }
  static Result<bool> use_in(core::Store& store, const core::Entity& entity, std::uint8_t id, Instant now,
                             Instant until) {
    return store.write([&](Transaction& t) { return t.assertions().use(entity.uuid, digest_of(id), now, until); });
  }
  bool use(const core::Entity& entity, std::uint8_t id, Instant now, Instant until) {
    return must(use_in(store(), entity, id, now, until));
  }
  std::int64_t remove_ended(Instant now) {
    return write([now](Transaction& t) { return t.assertions().remove_ended(now); });
  }

  const core::Entity one_ = some_entity("one");
  const core::Entity other_ = some_entity("other");
};

INSTANTIATE_TEST_SUITE_P(Stores, AssertionStore, testing::ValuesIn(every_store()), store_name);

TEST_P(AssertionStore, LetsAnEntityUseAnIdOnceWhileItIsKept) {
  EXPECT_TRUE(use(one_, 1, at(1), at(10)));
  EXPECT_FALSE(use(one_, 1, at(1), at(10)));
  EXPECT_FALSE(use(one_, 1, at(9), at(20)));
  EXPECT_TRUE(use(one_, 2, at(9), at(20)));
  EXPECT_TRUE(use(other_, 1, at(9), at(20)));
  restart();
  EXPECT_FALSE(use(one_, 1, at(9), at(20)));
  EXPECT_TRUE(use(one_, 1, at(10), at(20))) << "it need not be kept any more";
  EXPECT_FALSE(use(one_, 1, at(19), at(30)));
}

TEST_P(AssertionStore, RemovesWhatNeedNotBeKept) {
  use(one_, 1, at(1), at(10));
  use(one_, 2, at(1), at(11));
  EXPECT_EQ(remove_ended(at(9)), 0);
  EXPECT_EQ(remove_ended(at(10)), 1);
  EXPECT_FALSE(use(one_, 2, at(10), at(20)));
}

TEST_P(AssertionStore, LetsOneOfTwoWinWhoComeAtOnce) {
  const auto beside = open_beside();
  for (std::uint8_t id = 1; id <= 20; ++id) {
    std::atomic<int> wins = 0;
    std::barrier together(2);
    const auto compete = [&](core::Store& at_store) {
      together.arrive_and_wait();
      if (must(use_in(at_store, one_, id, at(1), at(10)))) ++wins;
    };
    std::thread thread([&] { compete(*beside); });
    compete(store());
    thread.join();
    EXPECT_EQ(wins, 1);
  }
}

}  // namespace

}  // namespace dwarpal::test
