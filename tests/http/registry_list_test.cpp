// Lists of the Central Registry: kept by clients, in pages, and long.
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "http/registry_scenario.hpp"

namespace dwarpal::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RegistryLists : public RegistryScenario {
 protected:
  void SetUp() override {
    RegistryScenario::SetUp();
    make_active("aa", "AA-1");
    make_active("fip", "FIP-1");
  }
  Reply list_unless(const std::string& tag, const std::string& type, const std::string& token) {
    return ask(get_call("/cr/v2/entityInfo/" + type).by(token).with("If-None-Match", tag));
  }
  /// Active FIPs "N-00000", "N-00001" and so on, put into the store as a registration would.
  void fill(int count) {
    const auto info = registration("fip", "N");
    const auto done = node().store.write([&](core::Transaction& transaction) -> Result<> {
      for (int number = 0; number < count; ++number) {
        const auto id = fmt::format("N-{:05}", number);
        core::Entity entity;
        entity.uuid = EntityUuid("uuid of " + id);
        entity.id = EntityId(id);
        entity.type = core::EntityType::FIP;
        entity.status = core::EntityStatus::Active;
        TRY(transaction.entities().insert(entity));
        auto envelope = info;
        auto& members = info_of(envelope);
        members["id"] = id;
        members["certificate"].as_object()["kid"] = "key of " + id;
        TRY(transaction.registry().put(entity.uuid, {.id = entity.id,
                                                     .type = entity.type,
                                                     .name = "A bank",
                                                     .entity_handle = {},
                                                     .certificate_ids = {"key of " + id},
                                                     .record = {{"ver", "2.0.0"}, {"entityinfo", members}},
                                                     .complete = true}));
      }
      return {};
    });
    ASSERT_TRUE(done);
  }
  /// The target of the `Link` to the next page; empty if there is none.
  static std::string next_of(const Reply& reply) {
    const auto link = reply.header("link");
    EXPECT_TRUE(link.empty() || (link.starts_with("<?") && link.ends_with(R"(>; rel="next")"))) << link;
    return link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
};

TEST_F(RegistryLists, AListThatDidNotChangeIsNotSentAgain) {
  const auto token = token_of_entity("AA-1");
  const auto first = list("FIP", token);
  const auto tag = first.header("etag");
  ASSERT_FALSE(tag.empty());
  for (const auto& known : {tag, "\"other\", " + tag, "W/" + tag, std::string("*")}) {
    const auto reply = list_unless(known, "FIP", token);
    EXPECT_EQ(reply.status, 304U) << known;
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.header("etag"), tag);
    EXPECT_EQ(reply.header("vary"), "Authorization");
    EXPECT_EQ(reply.header("cache-control"), "private, no-cache");
    EXPECT_FALSE(reply.headers.contains("content-type"));
  }
  EXPECT_THAT(ids_in(list_unless("\"other\"", "FIP", token)), ElementsAre("FIP-1"));
  // A token is checked before what the client has is looked at.
  EXPECT_THAT(list_unless(tag, "FIP", "a.b.c"), is_unauthorized());
}

TEST_F(RegistryLists, TheTagIsThatOfWhatTheCallerSees) {
  make_active("fip", "FIP-2");
  const auto as_aa = list("FIP", token_of_entity("AA-1")).header("etag");
  const auto as_fip = list("FIP", token_of_entity("FIP-1")).header("etag");
  EXPECT_NE(as_aa, as_fip);
  EXPECT_EQ(list("FIP", token_of(kOperator)).header("etag"), as_aa);
  EXPECT_EQ(list_unless(as_aa, "FIP", token_of_entity("FIP-1")).status, 200U);

  auto body = body_of("fip", "FIP-2");
  info_of(body)["baseurl"] = "https://elsewhere.test";
  EXPECT_THAT(write("PUT", "FIP", body, token_of(kOperator)), is_written());
  EXPECT_EQ(list_unless(as_aa, "FIP", token_of_entity("AA-1")).status, 200U);
  EXPECT_EQ(list_unless(as_fip, "FIP", token_of_entity("FIP-1")).status, 304U);
}

TEST_F(RegistryLists, ARecordHasATagToo) {
  const auto token = token_of_entity("AA-1");
  const auto tag = record("FIP", "FIP-1", token).header("etag");
  const auto reply = ask(get_call("/cr/v2/entityInfo/FIP/FIP-1").by(token).with("If-None-Match", tag));
  EXPECT_EQ(reply.status, 304U);
  EXPECT_EQ(reply.header("vary"), "Authorization");
}

TEST_F(RegistryLists, AHeadIsAnsweredLikeAGetWithoutTheBody) {
  const auto token = token_of_entity("AA-1");
  for (const auto* path : {"/cr/v2/entityInfo/FIP", "/cr/v2/entityInfo/FIP/FIP-1"}) {
    const auto full = ask(get_call(path).by(token));
    const auto head = ask(HttpCall{.method = "HEAD", .path = path}.by(token));
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.body, "");
    for (const auto* name : {"etag", "vary", "cache-control", "content-type", "content-length"}) {
      EXPECT_EQ(head.header(name), full.header(name)) << name;
    }
  }
}

TEST_F(RegistryLists, IsInPagesOnlyIfAsked) {
  for (const auto* id : {"FIP-2", "FIP-3", "FIP-4"}) make_active("fip", id);
  const auto token = token_of_entity("AA-1");
  const auto page = [&](const std::string& query) { return read("/v2/entityInfo/FIP" + query, token); };
  EXPECT_THAT(ids_in(page("")), ElementsAre("FIP-1", "FIP-2", "FIP-3", "FIP-4"));
  EXPECT_EQ(next_of(page("")), "");

  auto reply = page("?limit=2");
  EXPECT_THAT(ids_in(reply), ElementsAre("FIP-1", "FIP-2"));
  EXPECT_EQ(next_of(reply), "?limit=2&after=FIP-2");
  EXPECT_NE(reply.header("etag"), page("").header("etag"));
  reply = page(next_of(reply));
  EXPECT_THAT(ids_in(reply), ElementsAre("FIP-3", "FIP-4"));
  EXPECT_EQ(next_of(reply), "");

  EXPECT_EQ(next_of(page("?limit=3")), "?limit=3&after=FIP-3");
  EXPECT_EQ(next_of(page("?limit=4")), "");
  EXPECT_EQ(next_of(page("?limit=99999999999999999999999")), "");
  EXPECT_THAT(ids_in(page("?after=FIP-3")), ElementsAre("FIP-4"));
  EXPECT_THAT(ids_in(page("?after=FIP%2D2&limit=1")), ElementsAre("FIP-3"));
  EXPECT_THAT(ids_in(page("?after=FIP-2X")), ElementsAre("FIP-3", "FIP-4"));
  EXPECT_THAT(ids_in(page("?after=FIP-4")), IsEmpty());
  EXPECT_THAT(ids_in(page("?limit=&after=&other=x")), testing::SizeIs(4));
}

TEST_F(RegistryLists, PagesOfOnesOwnRecordsToo) {
  const auto own = [&](const std::string& query) { return read("/v2/entityInfo/AA" + query, token_of_entity("AA-1")); };
  EXPECT_THAT(ids_in(own("?limit=1")), ElementsAre("AA-1"));
  EXPECT_THAT(ids_in(own("?after=AA-0")), ElementsAre("AA-1"));
  EXPECT_THAT(ids_in(own("?after=AA-1")), IsEmpty());
  make_active("fip", "FIP-2");
  make_admin("admin@fip-1.test", "FIP-2");
  const auto reply = read("/v2/entityInfo/FIP?limit=1", token_of(kAdmin));
  EXPECT_THAT(ids_in(reply), ElementsAre("FIP-1"));
  EXPECT_EQ(next_of(reply), "?limit=1&after=FIP-1");
}

TEST_F(RegistryLists, ABadPageIsA400ThatNamesTheParameter) {
  const auto page = [&](const std::string& query) {
    return read("/v2/entityInfo/FIP?" + query, token_of_entity("AA-1"));
  };
  for (const auto* limit : {"0", "-1", "1.5", "ten", "+5", "%20", "1%00", "0x10"}) {
    EXPECT_THAT(page(std::string("limit=") + limit), is_bad("limit")) << limit;
  }
  for (const auto* after : {"%2F", "a%20b", "%ff", "%", "-x", "a%00"}) {
    EXPECT_THAT(page(std::string("after=") + after), is_bad("after")) << after;
  }
  EXPECT_THAT(page("after=" + std::string(65, 'x')), is_bad("after"));
  EXPECT_THAT(page("limit=1&limit=2"), is_bad("limit"));
  EXPECT_THAT(page("after=a&after=b"), is_bad("after"));
}

TEST_F(RegistryLists, AnswersTenThousandRecordsInOneGo) {
  fill(10'000);
  const auto token = token_of_entity("AA-1");
  const auto reply = list("FIP", token);
  const auto ids = ids_in(reply);
  ASSERT_EQ(ids.size(), 10'001U);
  EXPECT_EQ(ids.front(), "FIP-1");
  EXPECT_EQ(ids.back(), "N-09999");
  EXPECT_EQ(list_unless(reply.header("etag"), "FIP", token).status, 304U);
  EXPECT_EQ(list("FIP", token).body, reply.body);
  EXPECT_EQ(record("FIP", "N-05000", token).json().at("entityinfo").at("id"), "N-05000");

  std::size_t seen = 0;
  for (std::string query = "?limit=4000"; !query.empty();) {
    const auto page = read("/v2/entityInfo/FIP" + query, token);
    seen += ids_in(page).size();
    query = next_of(page);
  }
  EXPECT_EQ(seen, 10'001U);
}

TEST_F(RegistryLists, WhatAnotherProcessChangedIsSeenAtTheNextRead) {
  const auto token = token_of_entity("AA-1");
  const auto tag = list("FIP", token).header("etag");
  auto beside = storage::SqliteStore::open(data_directory(), clock_, {});
  ASSERT_TRUE(beside);
  const auto done = (*beside)->write([&](core::Transaction& transaction) -> Result<> {
    auto entity = TRY(transaction.entities().find(EntityId("FIP-1")));
    entity->status = core::EntityStatus::Suspended;
    return transaction.entities().update(*entity);
  });
  ASSERT_TRUE(done);
  EXPECT_THAT(ids_in(list_unless(tag, "FIP", token)), IsEmpty());
  EXPECT_THAT(record("FIP", "FIP-1", token), is_not_found());
}

}  // namespace
}  // namespace dwarpal::test
