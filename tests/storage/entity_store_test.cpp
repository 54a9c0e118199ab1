#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;

class EntityStore : public StoreContract {
 protected:
  void insert(const core::Entity& entity) {
    write([&](Transaction& transaction) { return transaction.entities().insert(entity); });
  }
  std::optional<core::Entity> find(const std::string& id) {
    return read([&](Transaction& transaction) { return transaction.entities().find(EntityId(id)); });
  }
  bool exists_ignoring_case(const std::string& id) {
    return read([&](Transaction& transaction) { return transaction.entities().exists_ignoring_case(EntityId(id)); });
  }
  std::vector<std::string> listed(const std::string& after, std::size_t limit) {
    std::vector<std::string> ids;
    for (const auto& entity :
         read([&](Transaction& transaction) { return transaction.entities().list(EntityId(after), limit); })) {
      ids.push_back(entity.id.text());
    }
    return ids;
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, EntityStore, testing::ValuesIn(every_store()), store_name);

TEST_P(EntityStore, GivesBackEveryMemberOfAnEntity) {
  const auto entity = some_entity("FIU-1");
  insert(entity);
  EXPECT_EQ(find("FIU-1"), entity);
  EXPECT_EQ(read([&](Transaction& t) { return t.entities().find(entity.uuid); }), entity);
}

TEST_P(EntityStore, GivesBackAnEntityWithoutOptionalMembers) {
  core::Entity entity;
  entity.uuid = EntityUuid("u");
  entity.id = EntityId("AA-1");
  insert(entity);
  EXPECT_EQ(find("AA-1"), entity);
}

TEST_P(EntityStore, KeepsEntitiesOverARestart) {
  insert(some_entity("FIU-1"));
  restart();
  EXPECT_EQ(find("FIU-1"), some_entity("FIU-1"));
}

TEST_P(EntityStore, FindsNothingForAnUnknownId) {
  insert(some_entity("FIU-1"));
  EXPECT_EQ(find("FIU-2"), std::nullopt);
  EXPECT_EQ(read([](Transaction& t) { return t.entities().find(EntityUuid("FIU-1")); }), std::nullopt);
}

TEST_P(EntityStore, TellsIdsApartByCaseUnlessAskedToIgnoreIt) {
  insert(some_entity("Fiu-1"));
  EXPECT_EQ(find("FIU-1"), std::nullopt);
  EXPECT_TRUE(exists_ignoring_case("fIU-1"));
  EXPECT_FALSE(exists_ignoring_case("FIU-2"));
}

TEST_P(EntityStore, RefusesTheSameIdTwice) {
  insert(some_entity("FIU-1"));
  auto twin = some_entity("FIU-1");
  twin.uuid = EntityUuid("another");
  const auto done = store().write([&](Transaction& t) { return t.entities().insert(twin); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::AlreadyExists);
}

TEST_P(EntityStore, RefusesAnIdThatDiffersInCaseAlone) {
  insert(some_entity("FIU-1"));
  const auto done = store().write([&](Transaction& t) { return t.entities().insert(some_entity("fiu-1")); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::AlreadyExists);
}

TEST_P(EntityStore, ListsByIdAfterTheGivenOneUpToTheLimit) {
  for (const auto* id : {"c", "A", "b", "a@x", "D"}) insert(some_entity(std::string(id) + "-1"));
  EXPECT_THAT(listed("", 10), ElementsAre("A-1", "D-1", "a@x-1", "b-1", "c-1"));
  EXPECT_THAT(listed("", 2), ElementsAre("A-1", "D-1"));
  EXPECT_THAT(listed("D-1", 2), ElementsAre("a@x-1", "b-1"));
  EXPECT_THAT(listed("c-1", 2), IsEmpty());
  EXPECT_THAT(listed("", 0), IsEmpty());
}

TEST_P(EntityStore, UpdatesWhatMayChange) {
  auto entity = some_entity("FIU-1");
  insert(entity);
  insert(some_entity("FIU-2"));
  entity.name = "Another bank";
  entity.status = core::EntityStatus::Deregistered;
  entity.status_before_suspension = std::nullopt;
  entity.tokens_not_before = std::nullopt;
  entity.clock_shift = Duration(0);
  write([&](Transaction& t) { return t.entities().update(entity); });
  EXPECT_EQ(find("FIU-1"), entity);
  EXPECT_EQ(find("FIU-2"), some_entity("FIU-2"));
}

TEST_P(EntityStore, FailsToUpdateAnEntityThatIsNotThere) {
  EXPECT_FALSE(store().write([](Transaction& t) { return t.entities().update(some_entity("FIU-1")); }));
}

TEST_P(EntityStore, TakesIdsThatLookLikeStatements) {
  for (const std::string& id : {std::string("'; DROP TABLE entities; --"), std::string("\" OR 1=1 --"),
                                std::string("?1"), std::string("a\0b", 3), std::string("%_[*"), std::string("é\n")}) {
    EXPECT_EQ(find(id), std::nullopt);
    insert(some_entity(id));
    EXPECT_EQ(find(id), some_entity(id));
    EXPECT_TRUE(exists_ignoring_case(id));
  }
  EXPECT_EQ(listed("", 100).size(), 6U);
}

}  // namespace

}  // namespace dwarpal::test
