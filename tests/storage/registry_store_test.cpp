#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/registry/registry_record.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;

class RegistryStore : public StoreContract {
 protected:
  RegistryStore() {
    write([&](Transaction& t) -> Result<> {
      TRY(t.entities().insert(ours_));
      return t.entities().insert(other_);
    });
  }

  core::RegistryRecord record_of(const core::Entity& entity) {
    return {
        .id = entity.id,
        .type = entity.type,
        .name = "A \"bank\"",
        .entity_handle = "@Bank",
        .certificate_ids = {"kid z", "kid a"},
        .record = boost::json::parse(R"({"ver":"2.0.0","entityinfo":{"n":[1,2.5,null,"é\u0000"],"e":{}}})").as_object(),
        .complete = true};
  }
  void put(const core::Entity& entity, const core::RegistryRecord& record) {
    write([&](Transaction& t) { return t.registry().put(entity.uuid, record); });
  }
  std::optional<core::RegistryRecord> find(const core::Entity& entity) {
    return read([&](Transaction& t) { return t.registry().find(entity.uuid); });
  }
  bool handle_taken(const std::string& handle, const core::Entity& except) {
    return read([&](Transaction& t) { return t.registry().handle_taken(handle, except.uuid); });
  }
  bool certificate_id_taken(const std::string& kid, const core::Entity& except) {
    return read([&](Transaction& t) { return t.registry().certificate_id_taken(kid, except.uuid); });
  }

  const core::Entity ours_ = some_entity("ours");
  const core::Entity other_ = some_entity("other");
};

INSTANTIATE_TEST_SUITE_P(Stores, RegistryStore, testing::ValuesIn(every_store()), store_name);

void expect_same(const core::RegistryRecord& left, const core::RegistryRecord& right) {
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.type, right.type);
  EXPECT_EQ(left.name, right.name);
  EXPECT_EQ(left.entity_handle, right.entity_handle);
  EXPECT_EQ(left.certificate_ids, right.certificate_ids);
  EXPECT_EQ(left.record, right.record);
  EXPECT_EQ(left.complete, right.complete);
}

TEST_P(RegistryStore, HasNothingForAnEntityWithoutRecord) { EXPECT_FALSE(find(ours_)); }

TEST_P(RegistryStore, GivesBackARecordAsItWasPut) {
  put(ours_, record_of(ours_));
  ASSERT_TRUE(find(ours_));
  expect_same(*find(ours_), record_of(ours_));
}

TEST_P(RegistryStore, ReplacesARecordAndItsCertificates) {
  put(ours_, record_of(ours_));
  auto record = record_of(ours_);
  record.name = "Another name";
  record.entity_handle.clear();
  record.certificate_ids = {"kid a", "kid b"};
  record.record = {{"ver", "2.0.0"}};
  put(ours_, record);
  expect_same(find(ours_).value(), record);
  EXPECT_FALSE(certificate_id_taken("kid z", other_));
  EXPECT_FALSE(handle_taken("@bank", other_));
}

TEST_P(RegistryStore, RemembersThatARecordIsNotComplete) {
  auto record = record_of(ours_);
  record.complete = false;
  put(ours_, record);
  EXPECT_FALSE(find(ours_)->complete);
  put(ours_, record_of(ours_));
  EXPECT_TRUE(find(ours_)->complete);
}

TEST_P(RegistryStore, AnswersForEachEntityByIdWithItsRecordAsOneText) {
  put(ours_, record_of(ours_));
  const auto answers = read([](Transaction& t) { return t.registry().answers(); });
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].id, other_.id);
  EXPECT_EQ(answers[0].text, "");
  EXPECT_FALSE(answers[0].complete);
  EXPECT_EQ(answers[1].id, ours_.id);
  EXPECT_EQ(answers[1].type, ours_.type);
  EXPECT_EQ(answers[1].status, ours_.status);
  EXPECT_EQ(answers[1].text, boost::json::serialize(record_of(ours_).record));
  EXPECT_TRUE(answers[1].complete);
}

TEST_P(RegistryStore, AnswersForOneEntity) {
  put(ours_, record_of(ours_));
  const auto answer = [&](const EntityId& id) { return read([&](Transaction& t) { return t.registry().answer(id); }); };
  EXPECT_EQ(answer(ours_.id)->text, boost::json::serialize(record_of(ours_).record));
  EXPECT_EQ(answer(other_.id)->text, "");
  EXPECT_FALSE(answer(EntityId("OURS")));
}

TEST_P(RegistryStore, TellsTheListenerWhoseRecordWasPut) {
  std::vector<EntityId> told;
  store().on_change([&](const core::StoreChange& change) { told = change.entities; });
  put(other_, record_of(other_));
  EXPECT_EQ(told, std::vector{other_.id});
}

TEST_P(RegistryStore, KnowsWhetherAnotherEntityHasAHandle) {
  put(ours_, record_of(ours_));
  EXPECT_TRUE(handle_taken("@bank", other_));
  EXPECT_TRUE(handle_taken("@BANK", other_));
  EXPECT_FALSE(handle_taken("@bank", ours_));
  EXPECT_FALSE(handle_taken("@bank2", other_));
}

TEST_P(RegistryStore, KnowsWhetherAnotherEntityHasACertificate) {
  put(ours_, record_of(ours_));
  EXPECT_TRUE(certificate_id_taken("kid a", other_));
  EXPECT_FALSE(certificate_id_taken("KID A", other_));
  EXPECT_FALSE(certificate_id_taken("kid a", ours_));
}

TEST_P(RegistryStore, LetsManyEntitiesBeWithoutHandle) {
  auto mine = record_of(ours_);
  mine.entity_handle.clear();
  auto theirs = record_of(other_);
  theirs.entity_handle.clear();
  theirs.certificate_ids.clear();
  put(ours_, mine);
  put(other_, theirs);
  expect_same(find(other_).value(), theirs);
  EXPECT_FALSE(handle_taken("", ours_));
}

TEST_P(RegistryStore, RefusesTheHandleOrTheCertificateOfAnother) {
  put(ours_, record_of(ours_));
  auto same_handle = record_of(other_);
  same_handle.entity_handle = "@BANK";
  same_handle.certificate_ids.clear();
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.registry().put(other_.uuid, same_handle); }));
  auto same_certificate = record_of(other_);
  same_certificate.entity_handle.clear();
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.registry().put(other_.uuid, same_certificate); }));
  EXPECT_FALSE(find(other_));
}

}  // namespace

}  // namespace dwarpal::test
