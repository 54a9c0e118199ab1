// The store as a whole: what commits, who sees it, who is told.
#include <atomic>
#include <thread>

#include "core/network_store.hpp"
#include "core/signing/signing_key.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::Profile;
using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// What a store told.
struct Told {
  std::vector<std::string> entities;
  int signing_keys = 0;
  int times = 0;

  void listen_to(core::Store& store) {
    store.on_change([this](const core::StoreChange& change) {
      ++times;
      for (const auto& id : change.entities) entities.push_back(id.text());
      if (change.signing_keys) ++signing_keys;
    });
  }
};

core::SigningKey some_key() {
  core::SigningKey key;
  key.id = KeyId("kid");
  return key;
}

class Transactions : public StoreContract {
 protected:
  bool is_there(const std::string& id) {
    return read([&](Transaction& t) { return t.entities().find(EntityId(id)); }).has_value();
  }
};

class Changes : public StoreContract {
 protected:
  Changes() { told_.listen_to(store()); }

  Told told_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Transactions, testing::ValuesIn(every_store()), store_name);
INSTANTIATE_TEST_SUITE_P(Stores, Changes, testing::ValuesIn(every_store()), store_name);

TEST_P(Transactions, GiveBackWhatTheirFunctionReturns) {
  EXPECT_EQ(write([](Transaction&) -> Result<int> { return 7; }), 7);
  EXPECT_EQ(read([](Transaction&) -> Result<std::string> { return std::string("text"); }), "text");
}

TEST_P(Transactions, LeaveNothingBehindWhenTheirFunctionFails) {
  const auto done = store().write([](Transaction& t) -> Result<int> {
    TRY(t.entities().insert(some_entity("A")));
    TRY(t.users().insert(some_user("asha@x.test")));
    return fail(ErrorCode::Conflict, "not today");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::Conflict);
  EXPECT_EQ(done.error().message, "not today");
  EXPECT_FALSE(is_there("A"));
  EXPECT_THAT(read([](Transaction& t) { return t.users().list(); }), IsEmpty());
}

TEST_P(Transactions, LeaveNothingBehindWhenAStatementFails) {
  must(insert_entity(store(), "A"));
  EXPECT_FALSE(store().write([](Transaction& t) -> Result<> {
    TRY(t.entities().insert(some_entity("B")));
    return t.entities().insert(some_entity("A"));
  }));
  EXPECT_FALSE(is_there("B"));
}

TEST_P(Transactions, AreFollowedByOthersAfterAFailure) {
  EXPECT_FALSE(store().write([](Transaction&) -> Result<> { return fail(ErrorCode::Conflict, "no"); }));
  EXPECT_TRUE(insert_entity(store(), "A"));
  EXPECT_TRUE(is_there("A"));
}

TEST_P(Transactions, SeeTheirOwnWrites) {
  write([](Transaction& t) -> Result<> {
    TRY(t.entities().insert(some_entity("A")));
    EXPECT_TRUE(TRY(t.entities().find(EntityId("A"))));
    return {};
  });
}

TEST_P(Transactions, ShowNothingToOthersBeforeTheCommit) {
  const auto beside = open_beside();
  write([&](Transaction& t) -> Result<> {
    TRY(t.entities().insert(some_entity("A")));
    EXPECT_FALSE(is_there("A"));
    EXPECT_FALSE(TRY(beside->read([](Transaction& other) { return other.entities().find(EntityId("A")); })));
    return {};
  });
  EXPECT_TRUE(is_there("A"));
}

TEST_P(Transactions, KeepOneViewWhileTheyRead) {
  read([&](Transaction& t) -> Result<> {
    EXPECT_FALSE(TRY(t.entities().find(EntityId("A"))));
    must(insert_entity(store(), "A"));
    EXPECT_FALSE(TRY(t.entities().find(EntityId("A"))));
    EXPECT_THAT(TRY(t.entities().list(EntityId(), 10)), IsEmpty());
    return {};
  });
  EXPECT_TRUE(is_there("A"));
}

TEST_P(Transactions, RefuseToWriteWhenTheyRead) {
  const auto done = store().read([](Transaction& t) { return t.entities().insert(some_entity("A")); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::Unavailable);
  EXPECT_FALSE(is_there("A"));
}

TEST_P(Transactions, WaitForEachOtherWhenTwoProcessesWrite) {
  constexpr int kEach = 40;
  const auto beside = open_beside();
  std::atomic<int> failures = 0;
  const auto insert_many = [&](core::Store& target, const std::string& prefix) {
    for (int number = 0; number < kEach; ++number) {
      // Reads first, as use cases do.
      const auto done = target.write([&](Transaction& t) -> Result<> {
        TRY(t.entities().list(EntityId(), 1));
        return t.entities().insert(some_entity(prefix + std::to_string(number)));
      });
      if (!done) ++failures;
    }
  };
  {
    const std::jthread one([&] { insert_many(store(), "one-"); });
    const std::jthread two([&] { insert_many(store(), "two-"); });
    const std::jthread three([&] { insert_many(*beside, "three-"); });
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(read([](Transaction& t) { return t.entities().list(EntityId(), 1000); }).size(), std::size_t{3 * kEach});
}

TEST_P(Transactions, ReadSideBySide) {
  must(insert_entity(store(), "A"));
  std::atomic<int> seen = 0;
  {
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 8; ++reader) {
      readers.emplace_back([&] {
        for (int round = 0; round < 20; ++round) seen += is_there("A") ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(seen, 160);
}

TEST_P(Transactions, RememberTheirNewestInstant) {
  const auto start = clock().now();
  must(insert_entity(store(), "A"));
  EXPECT_EQ(store().newest_commit(), start);
  clock().advance(Duration(5));
  EXPECT_EQ(store().newest_commit(), start);
  must(insert_entity(store(), "B"));
  EXPECT_EQ(store().newest_commit(), start + Duration(5));
  restart();
  EXPECT_EQ(store().newest_commit(), start + Duration(5));
}

TEST_P(Transactions, KeepTheNewestInstantWhenTheClockIsSetBack) {
  must(insert_entity(store(), "A"));
  const auto newest = store().newest_commit();
  clock().advance(Duration(-1000));
  must(insert_entity(store(), "B"));
  EXPECT_EQ(store().newest_commit(), newest);
}

TEST_P(Transactions, SetTheNewestInstantBackWhenTheClockIsAccepted) {
  must(insert_entity(store(), "A"));
  clock().advance(std::chrono::hours(-1));
  write([&](Transaction& t) { return t.network().accept_clock(clock().now()); });
  EXPECT_EQ(store().newest_commit(), clock().now());
  restart();
  EXPECT_EQ(store().newest_commit(), clock().now());
}

TEST_P(Transactions, TellOtherProcessesTheNewestInstant) {
  const auto beside = open_beside();
  clock().advance(Duration(50));
  must(insert_entity(store(), "A"));
  must(beside->notice_changes());
  EXPECT_EQ(beside->newest_commit(), clock().now());
}

TEST_P(Transactions, RememberTheProfile) {
  const auto profile = [&] { return read([](Transaction& t) { return t.network().profile(); }); };
  EXPECT_EQ(profile(), std::nullopt);
  for (const auto each : {Profile::Sandbox, Profile::Uat, Profile::Production}) {
    write([&](Transaction& t) { return t.network().set_profile(each); });
    EXPECT_EQ(profile(), each);
  }
}

TEST_P(Transactions, TellHowLargeTheStoreIs) {
  const auto size = [&] { return read([](Transaction& t) { return t.network().size(); }); };
  const auto before = size();
  EXPECT_GT(before, 0);
  const auto large = "https://" + std::string(100'000, 'x') + ".test";
  write([&](Transaction& t) { return t.network().set_public_base_url(large); });
  EXPECT_GE(size(), before + 100'000);
}

TEST_P(Transactions, RememberThePublicBaseUrl) {
  const auto url = [&] { return read([](Transaction& t) { return t.network().public_base_url(); }); };
  EXPECT_EQ(url(), std::nullopt);
  write([](Transaction& t) { return t.network().set_public_base_url("https://one.test"); });
  write([](Transaction& t) { return t.network().set_public_base_url("https://two.test"); });
  EXPECT_EQ(url(), "https://two.test");
}

TEST_P(Changes, OfEntitiesAndTheirSecretsAreTold) {
  auto entity = some_entity("A");
  write([&](Transaction& t) { return t.entities().insert(entity); });
  EXPECT_THAT(told_.entities, ElementsAre("A"));
  write([&](Transaction& t) { return t.entities().update(entity); });
  EXPECT_THAT(told_.entities, ElementsAre("A", "A"));
  write([&](Transaction& t) { return t.secrets().insert(entity.uuid, some_secret(1)); });
  write([&](Transaction& t) { return t.secrets().set_replaced(entity.uuid, 1, at(1)); });
  write([&](Transaction& t) { return t.secrets().set_ended(entity.uuid, 1, at(1)); });
  EXPECT_EQ(told_.entities.size(), 5U);
  EXPECT_EQ(told_.signing_keys, 0);
}

TEST_P(Changes, OfOneTransactionAreToldTogether) {
  write([](Transaction& t) -> Result<> {
    TRY(t.entities().insert(some_entity("A")));
    TRY(t.entities().insert(some_entity("B")));
    TRY(t.secrets().insert(some_entity("A").uuid, some_secret(1)));
    return t.signing_keys().insert(some_key());
  });
  EXPECT_EQ(told_.times, 1);
  EXPECT_THAT(told_.entities, UnorderedElementsAre("A", "B"));
  EXPECT_EQ(told_.signing_keys, 1);
}

TEST_P(Changes, OfSigningKeysAreTold) {
  write([](Transaction& t) { return t.signing_keys().insert(some_key()); });
  write([](Transaction& t) { return t.signing_keys().update(some_key()); });
  EXPECT_EQ(told_.signing_keys, 2);
  EXPECT_THAT(told_.entities, IsEmpty());
}

TEST_P(Changes, ThatNobodyHasToForgetAreNotTold) {
  write([](Transaction& t) -> Result<> {
    TRY(t.entities().insert(some_entity("A")));
    return t.secrets().insert(some_entity("A").uuid, some_secret(1));
  });
  write([](Transaction& t) { return t.secrets().set_last_used(some_entity("A").uuid, 1, at(1)); });
  write([](Transaction& t) { return t.users().insert(some_user("asha@x.test")); });
  EXPECT_EQ(told_.times, 1);
}

TEST_P(Changes, ThatWereRolledBackAreNotTold) {
  EXPECT_FALSE(store().write([](Transaction& t) -> Result<> {
    TRY(t.entities().insert(some_entity("A")));
    return fail(ErrorCode::Conflict, "no");
  }));
  must(store().notice_changes());
  EXPECT_EQ(told_.times, 0);
}

TEST_P(Changes, OfTheirOwnAreNotToldTwice) {
  must(insert_entity(store(), "A"));
  must(store().notice_changes());
  must(store().notice_changes());
  EXPECT_EQ(told_.times, 1);
}

TEST_P(Changes, AreKnownToBeNoticedOrNot) {
  must(store().notice_changes());
  EXPECT_TRUE(store().has_noticed_all());
  const auto beside = open_beside();
  must(insert_entity(*beside, "A"));
  EXPECT_FALSE(store().has_noticed_all());
  must(store().notice_changes());
  EXPECT_TRUE(store().has_noticed_all());
}

TEST_P(Changes, ByAnotherProcessAreToldAtTheNextLook) {
  const auto beside = open_beside();
  must(insert_entity(*beside, "A"));
  must(insert_entity(*beside, "B"));
  EXPECT_EQ(told_.times, 0);
  must(store().notice_changes());
  EXPECT_THAT(told_.entities, UnorderedElementsAre("A", "B"));
  EXPECT_EQ(told_.signing_keys, 0);
  must(store().notice_changes());
  EXPECT_EQ(told_.times, 1);

  must(beside->write([](Transaction& t) { return t.signing_keys().insert(some_key()); }));
  must(store().notice_changes());
  EXPECT_EQ(told_.signing_keys, 1);
  EXPECT_EQ(told_.entities.size(), 2U);
}

TEST_P(Changes, ByTwoProcessesAreNoticedByBoth) {
  const auto beside = open_beside();
  Told told_beside;
  told_beside.listen_to(*beside);
  must(insert_entity(store(), "ours"));
  must(beside->notice_changes());
  EXPECT_THAT(told_beside.entities, ElementsAre("ours"));
  must(insert_entity(*beside, "theirs"));
  must(store().notice_changes());
  EXPECT_THAT(told_.entities, ElementsAre("ours", "theirs"));
}

TEST_P(Changes, ByAnotherProcessAreNotHiddenByACommitOfOurOwn) {
  const auto beside = open_beside();
  must(insert_entity(*beside, "theirs"));
  must(insert_entity(store(), "ours"));
  must(store().notice_changes());
  EXPECT_THAT(told_.entities, UnorderedElementsAre("ours", "theirs"));
}

TEST_P(Changes, FromBeforeTheStartAreNotTold) {
  must(insert_entity(store(), "A"));
  restart();
  Told told;
  told.listen_to(store());
  must(store().notice_changes());
  EXPECT_EQ(told.times, 0);
}

TEST_P(Changes, AreInTheStoreWhenTheyAreTold) {
  bool found = false;
  store().on_change([&](const core::StoreChange& change) {
    found = read([&](Transaction& t) { return t.entities().find(change.entities.at(0)); }).has_value();
  });
  must(insert_entity(store(), "A"));
  EXPECT_TRUE(found);
}

TEST_P(Changes, MayHaveNoListener) {
  store().on_change(nullptr);
  EXPECT_TRUE(insert_entity(store(), "A"));
  EXPECT_TRUE(store().notice_changes());
}

}  // namespace

}  // namespace dwarpal::test
