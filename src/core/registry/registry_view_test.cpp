#include "core/registry/registry_view.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

#include "support/user_fixture.hpp"

namespace dwarpal::test {
namespace {

using core::EntityStatus;
using core::EntityType;
using core::Transaction;

constexpr auto kAll = std::numeric_limits<std::size_t>::max();

class RegistryView : public UserFixture {
 protected:
  RegistryView() {
    test_.store().on_change([this](const core::StoreChange& change) { view_.forget(change.entities); });
  }
  void TearDown() override { test_.store().on_change({}); }

  void put(const core::Entity& entity, const std::string& baseurl, bool complete = true) {
    const core::RegistryRecord record{.id = entity.id,
                                      .type = entity.type,
                                      .name = entity.name,
                                      .entity_handle = {},
                                      .certificate_ids = {},
                                      .record = {{"id", entity.id.text()}, {"baseurl", baseurl}},
                                      .complete = complete};
    write([&](Transaction& transaction) { return transaction.registry().put(entity.uuid, record); });
  }
  core::Entity listed(const std::string& id) {
    const auto made = entity(id, EntityStatus::Active);
    put(made, "https://" + id);
    return made;
  }
  core::SharedRegistryText list(EntityType type = EntityType::FIP) {
    auto text = view_.list(type);
    EXPECT_TRUE(done(text));
    return *std::move(text);
  }
  std::string ids(const core::SharedRegistryText& text) {
    std::string joined;
    const auto records = boost::json::parse(text->text);
    for (const auto& record : records.as_array()) {
      joined += std::string(record.at("id").as_string()) + " ";
    }
    return joined;
  }
  void touch(const core::Entity& entity) {
    write([&](Transaction& transaction) { return transaction.entities().update(entity); });
  }

  core::RegistryView view_{test_.store()};
};

TEST_F(RegistryView, KnowsWhatTheStoreHoldsOfAnEntity) {
  const auto made = listed("FIP-1");
  const auto entry = *view_.look(made.id);
  EXPECT_EQ(entry->id, made.id);
  EXPECT_EQ(entry->type, EntityType::FIP);
  EXPECT_TRUE(entry->is_listed());
  EXPECT_EQ(entry->record->text, R"({"id":"FIP-1","baseurl":"https://FIP-1"})");
  EXPECT_EQ(*view_.look(EntityId("fip-1")), nullptr);
}

TEST_F(RegistryView, ListsActiveEntitiesWithACompleteRecordById) {
  listed("FIP-2");
  listed("FIP-1");
  put(entity("REGISTERED"), "x");
  put(entity("SUSPENDED", EntityStatus::Suspended), "x");
  put(entity("DEREGISTERED", EntityStatus::Deregistered), "x");
  put(entity("INCOMPLETE", EntityStatus::Active), "x", false);
  entity("NO-RECORD", EntityStatus::Active);
  EXPECT_EQ(ids(list()), "FIP-1 FIP-2 ");
  EXPECT_EQ(list(EntityType::AA)->text, "[]");
  EXPECT_FALSE((*view_.look(EntityId("NO-RECORD")))->record);
}

TEST_F(RegistryView, GivesEverybodyTheSameTextUntilARecordChanges) {
  const auto first = listed("FIP-1");
  const auto second = listed("FIP-2");
  const auto text = list();
  EXPECT_EQ(list(), text);
  // Such as a new secret: the entity was touched, but not what the registry shows of it.
  touch(first);
  EXPECT_EQ(list(), text);
  EXPECT_EQ((*view_.look(first.id)), (*view_.look(first.id)));
  // Of another type, and of one that is not listed.
  put(entity("REGISTERED"), "x");
  EXPECT_EQ(list(), text);

  const auto untouched = *view_.look(second.id);
  put(first, "https://elsewhere.test");
  const auto changed = list();
  EXPECT_NE(changed, text);
  EXPECT_NE(changed->digest, text->digest);
  EXPECT_EQ(list(), changed);
  EXPECT_EQ(*view_.look(second.id), untouched);
}

TEST_F(RegistryView, APeekKnowsNothingThatALookWouldNotSay) {
  const auto made = listed("FIP-1");
  EXPECT_EQ(view_.peek(made.id), nullptr);
  EXPECT_EQ(view_.peek_list(EntityType::FIP), nullptr);
  const auto text = list();
  EXPECT_EQ(view_.peek(made.id), *view_.look(made.id));
  EXPECT_EQ(view_.peek_list(EntityType::FIP), text);
  EXPECT_EQ(view_.peek(EntityId("FIP-2")), nullptr);

  put(made, "https://elsewhere.test");
  EXPECT_EQ(view_.peek(made.id), nullptr);
  EXPECT_EQ(view_.peek_list(EntityType::FIP), nullptr);
  const auto changed = list();
  EXPECT_EQ(view_.peek_list(EntityType::FIP), changed);
}

TEST_F(RegistryView, EqualTextsHaveEqualDigests) {
  const auto made = listed("FIP-1");
  const auto before = list()->digest;
  put(made, "https://elsewhere.test");
  EXPECT_NE(list()->digest, before);
  put(made, "https://FIP-1");
  EXPECT_EQ(list()->digest, before);
}

TEST_F(RegistryView, SeesAChangeOfStatusAtOnce) {
  const auto made = listed("FIP-1");
  EXPECT_EQ(ids(list()), "FIP-1 ");
  set_status(made, EntityStatus::Suspended);
  EXPECT_EQ(ids(list()), "");
  EXPECT_FALSE((*view_.look(made.id))->is_listed());
  set_status(made, EntityStatus::Active);
  EXPECT_EQ(ids(list()), "FIP-1 ");
}

TEST_F(RegistryView, SeesWhatAnotherProcessCommitted) {
  const auto made = listed("FIP-1");
  EXPECT_EQ(ids(list()), "FIP-1 ");
  const auto beside = test_.open();
  EXPECT_TRUE(beside->write([&](Transaction& transaction) -> Result<> {
    auto changed = made;
    changed.status = EntityStatus::Deregistered;
    return transaction.entities().update(changed);
  }));
  EXPECT_EQ(ids(list()), "");
}

TEST_F(RegistryView, GivesPagesInOrder) {
  for (const auto* id : {"A", "B", "C"}) listed(id);
  put(entity("BB"), "x");
  const auto page = [&](const std::string& after, std::size_t limit) {
    return ids(core::join_records(*view_.page(EntityType::FIP, EntityId(after), limit)));
  };
  EXPECT_EQ(page("", 2), "A B ");
  EXPECT_EQ(page("B", 2), "C ");
  EXPECT_EQ(page("A0", kAll), "B C ");
  EXPECT_EQ(page("C", 2), "");
}

}  // namespace
}  // namespace dwarpal::test
