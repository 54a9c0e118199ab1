// Who sees whom in the Central Registry.
#include <boost/json/parse.hpp>
#include <utility>

#include "http/registry_scenario.hpp"

namespace dwarpal::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Two active members of each type.
class RegistryReading : public RegistryScenario {
 protected:
  void SetUp() override {
    RegistryScenario::SetUp();
    for (const auto* type : {"aa", "fip", "fiu"}) {
      for (const auto* number : {"-1", "-2"}) make_active(type, upper(type) + number);
    }
  }
  static std::string upper(std::string text) {
    for (auto& letter : text) letter = static_cast<char>(letter - 'a' + 'A');
    return text;
  }
  /// An entity whose record an import left incomplete.
  void make_incomplete(const std::string& id) {
    const auto done = node().store.write([&](core::Transaction& transaction) -> Result<> {
      const auto entity = TRY(transaction.entities().find(EntityId(id)));
      auto record = TRY(transaction.registry().find(entity->uuid));
      record->complete = false;
      return transaction.registry().put(entity->uuid, *record);
    });
    EXPECT_TRUE(done);
  }
};

TEST_F(RegistryReading, EachTypeOfMemberSeesWhatItsRoleIsToSee) {
  struct Row {
    std::string reader;
    std::vector<std::string> accounts, providers, users;
  };
  const std::vector<std::string> all_aa{"AA-1", "AA-2"};
  const std::vector<std::string> all_fip{"FIP-1", "FIP-2"};
  const std::vector<std::string> all_fiu{"FIU-1", "FIU-2"};
  for (const auto& [reader, accounts, providers, users] :
       {Row{.reader = "AA-1", .accounts = {"AA-1"}, .providers = all_fip, .users = all_fiu},
        Row{.reader = "FIP-1", .accounts = all_aa, .providers = {"FIP-1"}, .users = {}},
        Row{.reader = "FIU-1", .accounts = all_aa, .providers = all_fip, .users = {"FIU-1"}}}) {
    const auto token = token_of_entity(reader);
    EXPECT_EQ(ids_in(list("AA", token)), accounts) << reader;
    EXPECT_EQ(ids_in(list("FIP", token)), providers) << reader;
    EXPECT_EQ(ids_in(list("FIU", token)), users) << reader;
    const auto sees = [&](const std::string& type, const std::string& id) {
      const auto reply = record(type, id, token);
      const bool is_seen = reply.status == 200;
      EXPECT_THAT(reply, testing::AnyOf(testing::Field(&Reply::status, 200U), is_not_found()));
      return is_seen;
    };
    for (const auto* number : {"-1", "-2"}) {
      EXPECT_EQ(sees("AA", std::string("AA") + number), std::ranges::count(accounts, std::string("AA") + number) == 1);
      EXPECT_EQ(sees("FIP", std::string("FIP") + number),
                std::ranges::count(providers, std::string("FIP") + number) == 1);
      EXPECT_EQ(sees("FIU", std::string("FIU") + number), std::ranges::count(users, std::string("FIU") + number) == 1);
    }
  }
}

TEST_F(RegistryReading, AUserSeesTheRecordsOfTheirEntitiesAndAnOperatorAll) {
  const auto admin = token_of_admin("FIP-1");
  EXPECT_THAT(ids_in(list("FIP", admin)), ElementsAre("FIP-1"));
  EXPECT_THAT(ids_in(list("AA", admin)), IsEmpty());
  EXPECT_EQ(record("FIP", "FIP-1", admin).status, 200U);
  EXPECT_THAT(record("FIP", "FIP-2", admin), is_not_found());
  EXPECT_THAT(record("AA", "AA-1", admin), is_not_found());

  make_admin("admin@fip-1.test", "FIP-2");
  EXPECT_THAT(ids_in(list("FIP", admin)), ElementsAre("FIP-1", "FIP-2"));

  make_user("nobody@setu.test");
  EXPECT_THAT(ids_in(list("FIP", token_of("nobody@setu.test"))), IsEmpty());

  EXPECT_THAT(ids_in(list("FIP", token_of(kOperator))), ElementsAre("FIP-1", "FIP-2"));
  EXPECT_THAT(ids_in(list("FIU", token_of(kOperator))), ElementsAre("FIU-1", "FIU-2"));
  EXPECT_EQ(record("AA", "AA-2", token_of(kOperator)).status, 200U);
}

TEST_F(RegistryReading, ARecordIsWhatWasRegisteredWithoutTheUser) {
  auto sent = registration("fip", "FIP-1");
  const auto reply = record("FIP", "FIP-1", token_of_entity("AA-1"));
  ASSERT_EQ(reply.status, 200U);
  const auto answered = reply.json();
  std::vector<std::string> members;
  for (const auto& member : answered) members.emplace_back(member.key());
  EXPECT_THAT(members, ElementsAre("ver", "timestamp", "txnid", "requester", "entityinfo"));
  for (const auto* name : {"ver", "timestamp", "txnid", "requester", "entityinfo"}) {
    EXPECT_EQ(answered.at(name), sent.at(name)) << name;
  }
  EXPECT_EQ(boost::json::parse(list("FIP", token_of_entity("AA-1")).body).at(0), answered);
}

TEST_F(RegistryReading, OnlyActiveEntitiesAreListed) {
  const auto aa = token_of_entity("AA-1");
  const auto expect_only_fip_1 = [&] {
    EXPECT_THAT(ids_in(list("FIP", aa)), ElementsAre("FIP-1"));
    EXPECT_THAT(ids_in(list("FIP", token_of(kOperator))), ElementsAre("FIP-1"));
    EXPECT_THAT(record("FIP", "FIP-2", aa), is_not_found());
  };
  suspend_entity("FIP-2");
  expect_only_fip_1();
  resume_entity("FIP-2");
  EXPECT_THAT(ids_in(list("FIP", aa)), ElementsAre("FIP-1", "FIP-2"));
  deregister_entity("FIP-2");
  expect_only_fip_1();
  make_member("fip", "FIP-0");
  expect_only_fip_1();
  token_of_entity("FIP-0");  // the first secret
  EXPECT_THAT(ids_in(list("FIP", aa)), ElementsAre("FIP-0", "FIP-1"));
}

TEST_F(RegistryReading, AMemberWhoReadsAgainSeesEachChangeAtOnce) {
  const auto aa = token_of_entity("AA-1");
  const auto read_both = [&] { return std::pair(list("FIP", aa).body, record("FIP", "FIP-2", aa).body); };
  const auto before = read_both();
  EXPECT_EQ(read_both(), before);
  auto changed = body_of("fip", "FIP-2");
  info_of(changed)["baseurl"] = "https://elsewhere.test/fip";
  ASSERT_THAT(write("PUT", "FIP", changed, token_of_admin("FIP-2")), is_written());
  const auto after = read_both();
  EXPECT_THAT(after.first, testing::HasSubstr("elsewhere.test"));
  EXPECT_THAT(after.second, testing::HasSubstr("elsewhere.test"));
  EXPECT_EQ(read_both(), after);
  suspend_entity("FIP-2");
  EXPECT_THAT(ids_in(list("FIP", aa)), ElementsAre("FIP-1"));
  EXPECT_THAT(record("FIP", "FIP-2", aa), is_not_found());
  suspend_entity("AA-1");
  EXPECT_THAT(record("FIP", "FIP-1", aa), is_unauthorized());
}

TEST_F(RegistryReading, AnAdminReadsARecordBeforeItIsListedButNotWhileSuspended) {
  make_member("fip", "FIP-3");
  const auto admin = token_of_admin("FIP-3");
  EXPECT_THAT(ids_in(list("FIP", admin)), IsEmpty());
  EXPECT_EQ(record("FIP", "FIP-3", admin).status, 200U);
  EXPECT_EQ(record("FIP", "FIP-3", token_of(kOperator)).status, 200U);

  suspend_entity("FIP-3");
  EXPECT_THAT(record("FIP", "FIP-3", admin), is_not_found());
  EXPECT_EQ(record("FIP", "FIP-3", token_of(kOperator)).status, 200U);

  deregister_entity("FIP-3");
  EXPECT_THAT(record("FIP", "FIP-3", admin), is_not_found());
  EXPECT_THAT(record("FIP", "FIP-3", token_of(kOperator)), is_not_found());
}

TEST_F(RegistryReading, AnIncompleteRecordIsSeenByItsAdminsAndOperatorsAlone) {
  make_incomplete("FIP-2");
  EXPECT_THAT(ids_in(list("FIP", token_of_entity("AA-1"))), ElementsAre("FIP-1"));
  EXPECT_THAT(record("FIP", "FIP-2", token_of_entity("AA-1")), is_not_found());
  EXPECT_THAT(ids_in(list("FIP", token_of_entity("FIP-2"))), IsEmpty());
  EXPECT_EQ(record("FIP", "FIP-2", token_of_admin("FIP-2")).status, 200U);
  EXPECT_THAT(write("PUT", "FIP", body_of("fip", "FIP-2"), token_of_admin("FIP-2")), is_written());
  EXPECT_THAT(ids_in(list("FIP", token_of_entity("AA-1"))), ElementsAre("FIP-1", "FIP-2"));
}

TEST_F(RegistryReading, TheTokenOfASuspendedMemberReadsNothing) {
  const auto token = token_of_entity("AA-1");
  suspend_entity("AA-1");
  EXPECT_THAT(list("FIP", token), is_unauthorized());
  EXPECT_THAT(record("FIP", "FIP-1", token), is_unauthorized());
}

TEST_F(RegistryReading, TakesABearerTokenOrABareOne) {
  const auto token = token_of_entity("AA-1");
  const auto with = [&](const std::string& value) {
    return ask(get_call("/cr/v2/entityInfo/FIP").with("Authorization", value));
  };
  EXPECT_THAT(ids_in(with(token)), ElementsAre("FIP-1", "FIP-2"));
  EXPECT_THAT(ids_in(with("bearer  " + token)), ElementsAre("FIP-1", "FIP-2"));
  for (const auto& bad : {std::string("Basic ") + token, std::string("a.b.c"), std::string("Bearer a.b.c"),
                          token + " x", std::string()}) {
    EXPECT_THAT(with(bad), is_unauthorized()) << bad;
  }
  EXPECT_THAT(ask(get_call("/cr/v2/entityInfo/FIP").by(token).by(token)), is_unauthorized());
  EXPECT_THAT(list("FIP", ""), is_unauthorized());
  EXPECT_THAT(read("/v2/entityInfo/FIP?access_token=" + token, ""), is_unauthorized());
}

TEST_F(RegistryReading, AnUnknownTypeIsA400AndAnotherTypesRecordA404) {
  const auto token = token_of_entity("FIU-1");
  for (const auto* type : {"fip", "BANK", "FIP%20", "F%49P%00", "%2e%2e"}) {
    const auto reply = list(type, token);
    EXPECT_THAT(reply, testing::AnyOf(is_bad("type"), is_response(404, testing::_))) << type;
  }
  EXPECT_THAT(list("BANK", token), is_bad("type"));
  EXPECT_THAT(record("BANK", "FIP-1", token), is_bad("type"));
  EXPECT_THAT(record("AA", "FIP-1", token), is_not_found());
  EXPECT_THAT(list("BANK", ""), is_unauthorized());
}

TEST_F(RegistryReading, DecodesAnIdOnce) {
  const auto token = token_of(kOperator);
  EXPECT_THAT(write("POST", "FIP", body_of("fip", "a@b.c_d-1"), token), is_written());
  EXPECT_EQ(record("FIP", "a%40b.c%5Fd-1", token).status, 200U);
  EXPECT_EQ(record("FIP", "a@b.c_d-1", token).status, 200U);
  for (const auto* id : {"a%2540b.c_d-1", "fip-1", "FIP-1%2F", "FIP-1%20", "..%2FFIP-1", "%2F", "FIP-1%0A"}) {
    EXPECT_THAT(record("FIP", id, token), is_not_found()) << id;
  }
  for (const auto* id : {"FIP-1%00", "%ff", "%c3", "%", "%4", "%zz", "", "FIP-1/", "FIP-1/x"}) {
    EXPECT_THAT(record("FIP", id, token), is_response(404, testing::_)) << id;
  }
}

TEST_F(RegistryReading, VersionOneIsGoneForEverybody) {
  for (const auto* path : {"/entityInfo/FIP", "/entityInfo/FIP/FIP-1", "/entityInfo/", "/entityInfo/fip/a/b/c",
                           "/entityInfo/FIP?x=y", "/entityInfo/%ff"}) {
    EXPECT_THAT(read(path, ""), is_response(410, testing::HasSubstr("v2"))) << path;
    EXPECT_THAT(read(path, token_of_entity("AA-1")), is_response(410, testing::HasSubstr("v2"))) << path;
  }
  EXPECT_EQ(ask({.method = "HEAD", .path = "/cr/entityInfo/FIP"}).status, 410U);
  EXPECT_THAT(read("/entityInfo", ""), is_response(404, testing::_));
}

TEST_F(RegistryReading, WhatTheServerItselfRefusesHasTheRegistrysForm) {
  EXPECT_THAT(read("", ""), is_response(404, testing::_));
  EXPECT_THAT(read("/", ""), is_response(404, testing::_));
  EXPECT_THAT(read("/v2/entityInfo", ""), is_response(404, testing::_));
  const auto patch = ask({.method = "PATCH", .path = "/cr/v2/entityInfo/FIP"});
  EXPECT_THAT(patch, is_response(405, testing::StartsWith("405 METHOD_NOT_ALLOWED")));
  EXPECT_EQ(patch.header("allow"), "GET, HEAD");
  EXPECT_EQ(ask({.method = "PATCH", .path = "/cr/v2/entityInfo/FIP/x"}).header("allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(ask({.method = "DELETE", .path = "/cr/entityInfo/FIP"}).header("allow"), "POST, PUT");
  const HttpCall post_call{.path = "/cr/entityInfo/FIP", .headers = {{"Content-Type", "text/plain"}}, .body = "{"};
  EXPECT_THAT(ask(post_call), is_response(415, testing::StartsWith("415 UNSUPPORTED_MEDIA_TYPE")));
  EXPECT_THAT(ask(post_call.with_body(std::string(65 * 1024, ' '))),
              is_response(413, testing::StartsWith("413 PAYLOAD_TOO_LARGE")));
  // Elsewhere the IAM's envelope is as it was.
  EXPECT_THAT(get("/crx"), is_refused(404, "There is nothing at this path"));
}

}  // namespace
}  // namespace dwarpal::test
