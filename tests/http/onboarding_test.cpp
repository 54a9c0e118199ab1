// Members and users come to the network, and whom they let in.
#include <boost/json/parse.hpp>
#include <functional>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;

class Onboarding : public Scenario {
 protected:
  Reply register_entity(const object& request) { return post("/entity/register", request, token_of(kOperator)); }
  Reply add(const std::string& email, const std::string& caller, const std::string& entity = kMember) {
    return put("/entity/user/add", {{"email", email}, {"entityId", entity}}, token_of(caller));
  }
  Reply remove(const std::string& email, const std::string& caller, const std::string& entity = kMember) {
    return erase("/entity/user/remove", {{"email", email}, {"entityId", entity}}, token_of(caller));
  }
  Reply secret_of(const std::string& entity, const std::string& caller) {
    return post("/entity/secret/reset", {{"entityId", entity}}, token_of(caller));
  }
};

TEST_F(Onboarding, RegistersAMemberOfEachTypeWithItsDesignatedUser) {
  for (const auto& [type, id] : {std::pair("aa", "AA-1"), std::pair("fip", "FIP-2"), std::pair("fiu", "FIU-1")}) {
    const auto request = registration(type, id);
    const auto name = request.at("entityinfo").as_object().at("name");
    EXPECT_THAT(register_entity(request),
                is_answered({{"message", "Entity successfully onboarded."},
                             {"txnId", request.at("txnid")},
                             {"entity", {{"id", id}, {"name", name}, {"status", "REGISTERED"}}}}));
    const auto admin = std::string(request.at("user").as_object().at("email").as_string());
    activate(admin);
    EXPECT_THAT(secret_of(id, admin), is_answered({{"entityId", id}}));
  }
}

TEST_F(Onboarding, TakesTheOlderNameOfTheRecordAndLeavesTheUserOut) {
  auto request = registration("fiu", "FIU-1");
  request["entity"] = request["entityinfo"];
  EXPECT_THAT(register_entity(request), is_refused_naming(400, "entityinfo"));
  request.erase("entityinfo");
  request.erase("user");
  request["status"] = "ACTIVE";
  request["createdBy"] = "somebody";
  const auto reply = register_entity(request);
  EXPECT_THAT(reply, is_answered());
  EXPECT_EQ(reply.json().at("entity").as_object().at("status"), "REGISTERED");
}

TEST_F(Onboarding, RefusesAnIdThatIsTakenAlsoInAnotherCase) {
  for (const auto* id : {"FIP-1", "fip-1", "Fip-1"}) {
    auto request = registration("fiu", id);
    request["entityinfo"].as_object()["certificate"].as_object()["kid"] = "another-key";
    EXPECT_THAT(register_entity(request), is_refused(403, "Client already exists")) << id;
  }
}

/// A record that breaks one rule, and the field that the refusal names.
struct BrokenRecord {
  std::string field;
  std::string type;
  std::function<void(object& request, object& info)> break_it;
};

TEST_F(Onboarding, RefusesARecordThatBreaksARuleAndNamesTheField) {
  const std::vector<BrokenRecord> records = {
      {"type", "fip", [](object& request, object&) { request["type"] = "BANK"; }},
      {"type", "fip", [](object& request, object&) { request["type"] = "fip"; }},
      {"id", "fip", [](object&, object& info) { info["id"] = "has space"; }},
      {"id", "fip", [](object&, object& info) { info["id"] = "-FIP"; }},
      {"id", "fip", [](object&, object& info) { info["id"] = std::string(65, 'a'); }},
      {"id", "fip", [](object&, object& info) { info["id"] = "Admin"; }},
      {"id", "fip", [](object&, object& info) { info["id"] = "SAHAMATI"; }},
      {"name", "fip", [](object&, object& info) { info["name"] = ""; }},
      {"name", "fip", [](object&, object& info) { info["name"] = 7; }},
      {"entityhandle", "aa", [](object&, object& info) { info["entityhandle"] = ""; }},
      {"entityhandle", "aa", [](object&, object& info) { info["entityhandle"] = "aa"; }},
      {"entityhandle", "fip", [](object&, object& info) { info["entityhandle"] = "@fip"; }},
      {"Identifiers", "fip", [](object&, object& info) { info["Identifiers"] = boost::json::array{}; }},
      {"Identifiers", "fip",
       [](object&, object& info) {
         info["Identifiers"] = boost::json::parse(R"([{"category":"WEAK","type":"PAN"}])");
       }},
      {"Identifiers", "fiu",
       [](object&, object& info) { info["Identifiers"] = boost::json::parse(R"([{"category":"BIG","type":"PAN"}])"); }},
      {"Identifiers", "fiu",
       [](object&, object& info) { info["Identifiers"] = boost::json::parse(R"([{"category":"WEAK","type":"X"}])"); }},
      {"baseurl", "fip", [](object&, object& info) { info["baseurl"] = nullptr; }},
      {"baseurl", "fip", [](object&, object& info) { info["baseurl"] = "ftp://fip.test"; }},
      {"baseurl", "fip", [](object&, object& info) { info["baseurl"] = "fip.test/path"; }},
      {"fitypes", "fip", [](object&, object& info) { info["fitypes"] = boost::json::array{""}; }},
      {"certificate", "fip", [](object&, object& info) { info["certificate"] = nullptr; }},
      {"certificate", "fip", [](object&, object& info) { info["certificate"].as_object().erase("kid"); }},
      {"certificate", "fip", [](object&, object& info) { info["certificate"].as_object()["kty"] = "EC"; }},
      {"certificate", "fip", [](object&, object& info) { info["certificate"].as_object()["n"] = "AQAB"; }},
      {"certificate", "fip", [](object&, object& info) { info["certificate"].as_object()["d"] = "AQAB"; }},
      {"kid", "fip", [](object&, object& info) { info["certificate"].as_object()["kid"] = "key-of-FIP-1"; }},
      {"anything", "fip",
       [](object&, object& info) { info["anything"] = boost::json::parse(R"([{"x":{"kty":"oct","k":"AQ"}}])"); }},
      {"inboundports", "fip", [](object&, object& info) { info["inboundports"] = boost::json::array{"0"}; }},
      {"outboundports", "fip", [](object&, object& info) { info["outboundports"] = boost::json::array{"65536"}; }},
      {"ips", "fip", [](object&, object& info) { info["ips"] = boost::json::array{"203.0.113.256"}; }},
      {"requester", "fip", [](object& request, object&) { request["requester"] = "me"; }},
      {"email", "fip", [](object& request, object&) { request["user"].as_object()["email"] = "nobody"; }},
      {"email", "fip", [](object& request, object&) { request["user"].as_object().erase("email"); }},
      {"firstName", "fip", [](object& request, object&) { request["user"].as_object().erase("firstName"); }},
      {"lastName", "fip", [](object& request, object&) { request["user"].as_object()["lastName"] = ""; }},
      {"mobile", "fip", [](object& request, object&) { request["user"].as_object()["mobile"] = 9'000'000'001; }},
      {"email", "fip", [](object& request, object&) { request["user"].as_object()["email"] = kOperator; }},
  };
  const auto token = token_of(kOperator);
  const auto before = network().dump_of_store();
  for (const auto& [field, type, break_it] : records) {
    auto request = registration(type, "NEW-1");
    break_it(request, request["entityinfo"].as_object());
    const auto reply = post("/entity/register", request, token);
    EXPECT_THAT(reply, is_refused_naming(400, field)) << boost::json::value(request);
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_F(Onboarding, RefusesAHandleThatAnotherHas) {
  EXPECT_THAT(register_entity(registration("aa", "AA-1")), is_answered());
  auto request = registration("aa", "AA-2");
  request["entityinfo"].as_object()["entityhandle"] = "@AA-1";
  EXPECT_THAT(register_entity(request), is_refused_naming(400, "entityhandle"));
}

TEST_F(Onboarding, RefusesAMemberOfTheRecordThatStandsTwice) {
  const auto call = json_call("POST", "/entity/register", {}, token_of(kOperator));
  EXPECT_THAT(ask(call.with_body(R"({"type":"FIP","entityinfo":{"id":"X-1","name":"a","name":"b"}})")),
              is_refused_naming(400, "name"));
  EXPECT_THAT(ask(call.with_body(R"({"type":"FIP","entityinfo":{"id":"X-1","id":"X-2"}})")),
              is_refused_naming(400, "id"));
}

TEST_F(Onboarding, LinksADesignatedUserWhoExistsAndChangesNothingElse) {
  make_user(kSecond);
  auto request = registration("fiu", "FIU-1");
  request["user"] = object{{"email", "Second@FIP-1.test"}, {"firstName", "Other"}, {"lastName", "Name"}};
  EXPECT_THAT(register_entity(request), is_answered());
  EXPECT_THAT(secret_of("FIU-1", kSecond), is_answered());
  EXPECT_EQ(node().accounts.show(*core::Email::parse(kSecond))->first_name, "Ravi");
}

TEST_F(Onboarding, RefusesADesignatedUserWhoIsSuspended) {
  make_user(kSecond);
  suspend_user(kSecond);
  auto request = registration("fiu", "FIU-1");
  request["user"].as_object()["email"] = kSecond;
  EXPECT_THAT(register_entity(request), is_refused_naming(400, "email"));
  request.erase("user");
  EXPECT_THAT(register_entity(request), is_answered());
}

TEST_F(Onboarding, IsForOperatorsAlone) {
  EXPECT_THAT(post("/entity/register", registration("aa", "AA-1"), token_of(kAdmin)), is_refused(401, kNoAccess));
  const object person{{"email", kSecond}, {"firstName", "Mira"}, {"lastName", "Sen"}};
  EXPECT_THAT(post("/user/register", person, token_of(kAdmin)), is_refused(401, kNoAccess));
}

TEST_F(Onboarding, RegistersAUserWhoGetsAnActivationMail) {
  const object person{{"email", "Second@FIP-1.test"}, {"firstName", "Mira"}, {"lastName", "Sen"}, {"mobile", "98"}};
  EXPECT_THAT(
      post("/user/register", person, token_of(kOperator)),
      is_answered(
          {{"username", kSecond},
           {"message", "User has been successfully onboarded. Please check your email for further instructions."}}));
  EXPECT_THAT(network().kinds_of_mails_to(kSecond), testing::ElementsAre("activation"));
  EXPECT_THAT(post("/user/register", person, token_of(kOperator)), is_refused(403, "User already exists"));
  EXPECT_THAT(sign_in(kSecond), is_refused(401, kBadPassword));
  activate(kSecond);
  EXPECT_THAT(sign_in(kSecond), is_answered());
}

TEST_F(Onboarding, AnAdminAddsAndRemovesUsersOfTheirEntity) {
  make_user(kSecond);
  const auto added = is_answered({{"message", "User successfully linked to the entity."}});
  EXPECT_THAT(add(kSecond, kAdmin), added);
  EXPECT_THAT(add(kSecond, kAdmin), added);
  EXPECT_THAT(secret_of(kMember, kSecond), is_answered());
  EXPECT_THAT(remove(kSecond, kAdmin), is_answered({{"message", "User successfully removed from the entity."}}));
  EXPECT_THAT(remove(kSecond, kAdmin), is_refused(404, kNoUser));
  EXPECT_THAT(remove("nobody@fip-1.test", kAdmin), is_refused(404, kNoUser));
  EXPECT_THAT(add("nobody@fip-1.test", kAdmin), is_refused(404, kNoUser));
}

TEST_F(Onboarding, TellsTheAdminsWhenOneIsAddedOrRemoved) {
  make_user(kSecond);
  const auto mails = [&] { return network().kinds_of_mails_to(kAdmin).size(); };
  const auto before = mails();
  EXPECT_THAT(add(kSecond, kOperator), is_answered());
  EXPECT_EQ(mails(), before + 1);
  EXPECT_THAT(add(kSecond, kOperator), is_answered());  // is one already
  EXPECT_EQ(mails(), before + 1);
  EXPECT_THAT(remove(kSecond, kOperator), is_answered());
  EXPECT_EQ(mails(), before + 2);
}

TEST_F(Onboarding, AnAdminHasNoSayInAnotherEntity) {
  make_member("aa", "AA-1");
  make_user(kSecond);
  EXPECT_THAT(add(kSecond, kAdmin, "AA-1"), is_refused(401, kBadEntity));
  EXPECT_THAT(remove("admin@aa-1.test", kAdmin, "AA-1"), is_refused(401, kBadEntity));
  EXPECT_THAT(add("nobody@fip-1.test", kAdmin, "AA-1"), is_refused(401, kBadEntity));
}

TEST_F(Onboarding, TheLastActiveAdminStaysUnlessAnOperatorAsks) {
  make_user(kSecond);
  EXPECT_THAT(remove(kAdmin, kAdmin), is_refused_naming(409, "last active admin"));
  // Neither who is not active yet nor who is suspended counts.
  EXPECT_THAT(post("/user/register", {{"email", "invited@fip-1.test"}, {"firstName", "A"}, {"lastName", "B"}},
                   token_of(kOperator)),
              is_answered());
  EXPECT_THAT(add("invited@fip-1.test", kAdmin), is_answered());
  EXPECT_THAT(add(kSecond, kAdmin), is_answered());
  suspend_user(kSecond);
  EXPECT_THAT(remove(kAdmin, kAdmin), is_refused_naming(409, "last active admin"));
  EXPECT_THAT(remove("invited@fip-1.test", kAdmin), is_answered());

  resume_user(kSecond);
  EXPECT_THAT(remove(kAdmin, kAdmin), is_answered());
  EXPECT_THAT(remove(kSecond, kOperator), is_answered());
  EXPECT_THAT(secret_of(kMember, kSecond), is_refused(401, kBadEntity));
}

TEST_F(Onboarding, TheOnlyRoleIsEntityAdmin) {
  make_user(kSecond);
  const auto call = json_call("PUT", "/entity/user/add", {}, token_of(kOperator));
  const auto add_with = [&](const std::string& roles) {
    return ask(call.with_body(R"({"email":"second@fip-1.test","entityId":"FIP-1","roles":)" + roles + "}"));
  };
  for (const auto* roles :
       {R"(["network-operator"])", R"("operator")", R"(["entity-admin","entity-admin"])", "[]", "7"}) {
    EXPECT_THAT(add_with(roles), is_refused_naming(400, "roles")) << roles;
  }
  for (const auto* roles : {R"(["entity-admin"])", R"("entity-admin")", "null"}) {
    EXPECT_THAT(add_with(roles), is_answered()) << roles;
  }
}

TEST_F(Onboarding, AnOperatorIsNoEntityAdmin) {
  EXPECT_THAT(add(kOperator, kOperator), is_refused_naming(400, "operator"));
  EXPECT_THAT(add(kOperator, kAdmin), is_refused_naming(400, "operator"));
  EXPECT_THAT(secret_of(kMember, kOperator), is_refused(401, kBadEntity));
  EXPECT_THAT(post("/entity/secret/read", {{"entityId", kMember}}, token_of(kOperator)), is_refused(401, kBadEntity));
}

}  // namespace
}  // namespace dwarpal::test
