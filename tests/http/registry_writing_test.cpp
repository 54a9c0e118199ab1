// Who writes the Central Registry, and what they may write.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>

#include "crypto/private_key.hpp"
#include "http/registry_scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;
using testing::ElementsAre;
using testing::HasSubstr;

class RegistryWriting : public RegistryScenario {
 protected:
  Reply post_record(const std::string& type, const object& body) {
    return write("POST", type, body, token_of(kOperator));
  }
  Reply put_record(const object& body, const std::string& token) { return write("PUT", "FIP", body, token); }
  /// The people whose tokens the attempts need have signed in before.
  void SetUp() override {
    RegistryScenario::SetUp();
    token_of(kAdmin);
  }
  object stored(const std::string& type, const std::string& id) { return record(type, id, token_of(kOperator)).json(); }
  void expect_unchanged(const std::function<void()>& attempts) {
    const auto before = network().dump_of_store();
    attempts();
    EXPECT_EQ(network().dump_of_store(), before);
  }
};

TEST_F(RegistryWriting, AnOperatorRegistersWithoutAUser) {
  EXPECT_THAT(post_record("AA", registration("aa", "AA-1")), is_written());
  EXPECT_EQ(stored("AA", "AA-1").at("entityinfo").at("entityhandle"), "@aa-1");
  EXPECT_THAT(network().kinds_of_mails_to("admin@aa-1.test"), testing::IsEmpty());
  EXPECT_EQ(node().entities.show(EntityId("AA-1"))->status, core::EntityStatus::Registered);
  const auto audited = newest_audit("entity.register");
  EXPECT_EQ(audited.at("subject"), "entity:AA-1");
  EXPECT_EQ(audited.at("outcome"), "done");
  EXPECT_EQ(audited.at("details").at("record").at("entityinfo").at("id"), "AA-1");
}

TEST_F(RegistryWriting, ARegistrationTellsWhoMadeItAsTheIamCallDoes) {
  EXPECT_THAT(post_record("AA", registration("aa", "AA-1")), is_written());
  EXPECT_EQ(node().entities.show(EntityId("AA-1"))->created_by, kOperator);
  auto body = body_of("aa", "AA-2");
  body["createdBy"] = "the onboarding desk";
  body["status"] = "ACTIVE";
  EXPECT_THAT(post_record("AA", body), is_written());
  EXPECT_EQ(node().entities.show(EntityId("AA-2"))->created_by, "the onboarding desk");
  EXPECT_EQ(newest_audit("entity.register").at("details").at("createdBy"), "the onboarding desk");
  EXPECT_EQ(newest_audit("entity.register").at("details").at("status"), "ACTIVE");
  EXPECT_FALSE(stored("AA", "AA-2").contains("createdBy"));
  for (const auto* name : {"createdBy", "status"}) {
    auto wrong = body_of("aa", "AA-3");
    wrong[name] = 7;
    EXPECT_THAT(post_record("AA", wrong), is_bad(name));
  }
}

TEST_F(RegistryWriting, WhatExistsAlreadyIsA409) {
  for (const auto* id : {"FIP-1", "fip-1"}) {
    auto body = body_of("fip", id);
    info_of(body)["certificate"].as_object()["kid"] = "another-key";
    EXPECT_THAT(post_record("FIP", body), is_response(409, std::string("Entity already exist")));
  }
}

TEST_F(RegistryWriting, AnOperatorReplacesAnyMemberOfARecordButItsIdAndType) {
  auto body = body_of("fip", kMember);
  body["requester"] = object{{"name", "Setu"}, {"id", "SETU"}};
  body["txnid"] = "second-write";
  body["timestamp"] = "2026-01-01T00:00:01.000Z";
  info_of(body)["name"] = "Meadow Bank";
  info_of(body)["code"] = "MB";
  info_of(body)["baseurl"] = "v1:https://one.test/v1,v2:https://two.test/v2";
  EXPECT_THAT(put_record(body, token_of(kOperator)), is_written());
  const auto record = stored("FIP", kMember);
  EXPECT_EQ(record.at("txnid"), "second-write");
  EXPECT_EQ(record.at("timestamp"), "2026-01-01T00:00:01.000Z");
  EXPECT_EQ(record.at("requester").at("id"), "SETU");
  EXPECT_EQ(record.at("entityinfo").at("name"), "Meadow Bank");
  EXPECT_EQ(record.at("entityinfo").at("code"), "MB");
  EXPECT_EQ(record.at("entityinfo").at("baseurl"), "v1:https://one.test/v1,v2:https://two.test/v2");
  EXPECT_EQ(node().entities.show(EntityId(kMember))->name, "Meadow Bank");

  EXPECT_THAT(write("PUT", "AA", body_of("aa", kMember), token_of(kOperator)), is_not_found());
  EXPECT_THAT(put_record(body_of("fip", "FIP-9"), token_of(kOperator)), is_not_found());
  deregister_entity();
  EXPECT_THAT(put_record(body, token_of(kOperator)), is_not_found());
}

TEST_F(RegistryWriting, AReplacementReplacesAllOfTheRecord) {
  auto body = body_of("fip", kMember);
  info_of(body)["mine"] = "first";
  EXPECT_THAT(put_record(body, token_of(kOperator)), is_written());
  info_of(body).erase("mine");
  info_of(body).erase("tags");
  body.erase("ver");
  body.erase("timestamp");
  body.erase("txnid");
  body.erase("requester");
  at(day(1));
  EXPECT_THAT(put_record(body, token_of(kOperator)), is_written());
  const auto record = stored("FIP", kMember);
  EXPECT_FALSE(record.at("entityinfo").as_object().contains("mine"));
  EXPECT_FALSE(record.at("entityinfo").as_object().contains("tags"));
  EXPECT_EQ(record.at("ver"), "2.0.0");
  EXPECT_EQ(record.at("timestamp"), "2026-01-02T00:00:00.000Z");
  EXPECT_FALSE(record.at("txnid").as_string().empty());
  // Who asked for the registration is not lost by a write that does not say it again.
  EXPECT_EQ(record.at("requester"), body_of("fip", kMember).at("requester"));
}

TEST_F(RegistryWriting, AnEntityAdminReplacesWhatIsTheirs) {
  auto body = body_of("fip", kMember);
  info_of(body)["baseurl"] = "https://elsewhere.test/v2";
  info_of(body)["fitypes"] = boost::json::array{"DEPOSIT"};
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_written());
  EXPECT_EQ(stored("FIP", kMember).at("entityinfo").at("baseurl"), "https://elsewhere.test/v2");
  // What only an operator changes may be left out.
  body.erase("requester");
  info_of(body).erase("code");
  info_of(body)["entityhandle"] = nullptr;
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_written());
  EXPECT_EQ(stored("FIP", kMember).at("entityinfo").at("code"), boost::json::value(kMember));
  EXPECT_TRUE(stored("FIP", kMember).contains("requester"));
}

TEST_F(RegistryWriting, AnEntityAdminDoesNotChangeWhatIsTheOperators) {
  make_active("aa", "AA-1");
  const auto refused = [&](const std::function<void(object&)>& change) {
    auto body = body_of("aa", "AA-1");
    change(body);
    return write("PUT", "AA", body, token_of_admin("AA-1"));
  };
  expect_unchanged([&] {
    EXPECT_THAT(refused([](object& body) { info_of(body)["name"] = "Other"; }), is_bad("name"));
    EXPECT_THAT(refused([](object& body) { info_of(body)["code"] = "OTHER"; }), is_bad("code"));
    EXPECT_THAT(refused([](object& body) { info_of(body)["entityhandle"] = "@other"; }), is_bad("entityhandle"));
    EXPECT_THAT(refused([](object& body) { info_of(body)["entityhandle"] = "@AA-1"; }), is_bad("entityhandle"));
    EXPECT_THAT(refused([](object& body) { body["requester"].as_object()["name"] = "Other"; }), is_bad("requester"));
    EXPECT_THAT(refused([](object& body) { body["requester"].as_object().erase("id"); }), is_bad("requester"));
    EXPECT_THAT(refused([](object& body) { body["type"] = "FIU"; }), is_bad("type"));
    EXPECT_THAT(write("PUT", "FIP", body_of("fip", "AA-1"), token_of_admin("AA-1")), is_bad("type"));
    EXPECT_THAT(refused([](object& body) { info_of(body)["id"] = "AA-9"; }), is_unauthorized());
    EXPECT_THAT(refused([](object& body) { info_of(body).erase("id"); }), is_bad("id"));
  });
  EXPECT_THAT(refused([](object&) {}), is_written());
}

TEST_F(RegistryWriting, NobodyElseWrites) {
  make_active("aa", "AA-1");
  make_active("fip", kMember);
  make_user("nobody@setu.test");
  const std::vector<std::string> tokens = {token_of_entity("AA-1"), token_of_entity(kMember),
                                           token_of_admin("AA-1"),  token_of("nobody@setu.test"),
                                           std::string("a.b.c"),    std::string()};
  expect_unchanged([&] {
    for (const auto& token : tokens) {
      EXPECT_THAT(put_record(body_of("fip", kMember), token), is_unauthorized());
      EXPECT_THAT(put_record(body_of("fip", "FIP-9"), token), is_unauthorized());
      EXPECT_THAT(write("POST", "FIU", body_of("fiu", "FIU-1"), token), is_unauthorized());
      EXPECT_THAT(deregister("FIP", kMember, token), is_unauthorized());
      EXPECT_THAT(deregister("FIP", "FIP-9", token), is_unauthorized());
    }
    EXPECT_THAT(write("POST", "FIU", body_of("fiu", "FIU-1"), token_of(kAdmin)), is_unauthorized());
    EXPECT_THAT(deregister("FIP", kMember, token_of(kAdmin)), is_unauthorized());
  });
}

TEST_F(RegistryWriting, RefusedWritesAreAudited) {
  const auto reason_of = [&](const std::string& action) {
    const auto record = newest_audit(action);
    EXPECT_EQ(record.at("outcome"), "refused");
    return std::string(record.at("actorKind").as_string()) + ": " + std::string(record.at("reason").as_string());
  };
  make_active("fip", kMember);
  EXPECT_THAT(put_record(body_of("fip", kMember), token_of_entity(kMember)), is_unauthorized());
  EXPECT_EQ(reason_of("registry.replace"), "entity: Invalid entity id");
  auto bad = body_of("fip", kMember);
  info_of(bad)["baseurl"] = "";
  EXPECT_THAT(put_record(bad, token_of(kAdmin)), is_bad("baseurl"));
  EXPECT_EQ(reason_of("registry.replace"), "user: baseurl is required");
  EXPECT_THAT(write("POST", "FIP", bad, token_of(kOperator)), is_bad("baseurl"));
  EXPECT_EQ(reason_of("entity.register"), "user: baseurl is required");
  EXPECT_THAT(deregister("AA", kMember, token_of(kOperator)), is_not_found());
  EXPECT_EQ(reason_of("entity.deregister"), "user: Entity not found");
}

TEST_F(RegistryWriting, ASuspendedMembersAdminDoesNotWriteAndAnOperatorDoes) {
  suspend_entity();
  EXPECT_THAT(put_record(body_of("fip", kMember), token_of(kAdmin)), is_unauthorized());
  EXPECT_THAT(put_record(body_of("fip", kMember), token_of(kOperator)), is_written());
  EXPECT_EQ(node().entities.show(EntityId(kMember))->status, core::EntityStatus::Suspended);
}

TEST_F(RegistryWriting, AnOperatorDeregisters) {
  make_active("fip", kMember);
  EXPECT_THAT(deregister("AA", kMember, token_of(kOperator)), is_not_found());
  EXPECT_THAT(deregister("BANK", kMember, token_of(kOperator)), is_bad("type"));
  EXPECT_THAT(deregister("FIP", "FIP%2D1", token_of(kOperator)), is_written());
  EXPECT_THAT(record("FIP", kMember, token_of(kOperator)), is_not_found());
  EXPECT_THAT(deregister("FIP", kMember, token_of(kOperator)), is_not_found());
  EXPECT_EQ(node().entities.show(EntityId(kMember))->status, core::EntityStatus::Deregistered);
  EXPECT_THAT(post_record("FIP", body_of("fip", kMember)), is_response(409, std::string("Entity already exist")));
}

TEST_F(RegistryWriting, AdminsAreToldWhenKeyAddressOrIpsChange) {
  make_user("second@fip-1.test");
  make_admin("second@fip-1.test");
  const auto mails = [&](const std::string& to) {
    return std::ranges::count(network().kinds_of_mails_to(to), "record-changed");
  };
  auto body = body_of("fip", kMember);
  const auto replace = [&](const std::string& member, boost::json::value value) {
    info_of(body)[member] = std::move(value);
    EXPECT_THAT(put_record(body, token_of(kAdmin)), is_written()) << member;
  };
  replace("fitypes", boost::json::array{"DEPOSIT"});
  replace("webviewurl", "https://web.test");
  replace("gsp", "");  // was null
  EXPECT_EQ(mails(kAdmin), 0);
  replace("baseurl", "https://elsewhere.test");
  EXPECT_EQ(mails(kAdmin), 1);
  EXPECT_EQ(mails("second@fip-1.test"), 1);
  replace("ips", boost::json::array{"203.0.113.8"});
  auto certificate = info_of(body).at("certificate").as_object();
  certificate["kid"] = "renewed";
  replace("certificate", certificate);
  EXPECT_EQ(mails(kAdmin), 3);
  suspend_user("second@fip-1.test");
  certificate["kid"] = "one-more";
  replace("additionalCertificates", boost::json::array{certificate});
  EXPECT_EQ(mails(kAdmin), 4);
  EXPECT_EQ(mails("second@fip-1.test"), 3);
}

TEST_F(RegistryWriting, TheAuditTrailHasOldAndNewValues) {
  auto body = body_of("fip", kMember);
  const auto old_url = info_of(body).at("baseurl");
  info_of(body)["baseurl"] = "https://elsewhere.test";
  info_of(body)["mine"] = 7;
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_written());
  const auto audited = newest_audit("registry.replace");
  EXPECT_EQ(audited.at("actor"), boost::json::value(kAdmin));
  EXPECT_EQ(audited.at("subject"), "entity:FIP-1");
  EXPECT_EQ(audited.at("outcome"), "done");
  const object expected{
      {"entityinfo", {{"baseurl", {{"old", old_url}, {"new", "https://elsewhere.test"}}}, {"mine", {{"new", 7}}}}}};
  EXPECT_EQ(audited.at("details"), boost::json::value(expected));
}

TEST_F(RegistryWriting, KeepsWhatItDoesNotKnowAsItCameAndInItsOrder) {
  const std::string unknown =
      R"("zebra":{"b":[1,null,"",{"x":[]}],"a":"é\u0001"},"apple":-12.5,"mango":[[""],true],"Name":"not the name")";
  auto text = boost::json::serialize(body_of("fip", kMember));
  const std::string_view start = R"("entityinfo":{)";
  text.insert(text.find(start) + start.size(), unknown + ",");
  EXPECT_THAT(ask(HttpCall{.method = "PUT", .path = "/cr/entityInfo/FIP"}.by(token_of(kAdmin)).with_body(text)),
              is_written());
  const auto info = stored("FIP", kMember).at("entityinfo").as_object();
  const auto sent = boost::json::parse("{" + unknown + "}").as_object();
  std::vector<std::string> order;
  for (const auto& member : info) {
    if (sent.contains(member.key())) order.emplace_back(member.key());
  }
  EXPECT_THAT(order, ElementsAre("zebra", "apple", "mango", "Name"));
  for (const auto& member : sent) EXPECT_EQ(info.at(member.key()), member.value());
  EXPECT_FALSE(stored("FIP", kMember).contains("user"));
}

TEST_F(RegistryWriting, TakesAListOfCertificatesAndAnswersOne) {
  auto body = body_of("fip", kMember);
  auto first = info_of(body).at("certificate").as_object();
  auto second = first;
  first["kid"] = "first";
  second["kid"] = "second";
  info_of(body).erase("certificate");
  info_of(body)["certificates"] = boost::json::array{first, second};
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_written());
  const auto info = stored("FIP", kMember).at("entityinfo").as_object();
  EXPECT_EQ(info.at("certificate").at("kid"), "first");
  EXPECT_EQ(info.at("additionalCertificates").at(0).at("kid"), "second");
  EXPECT_FALSE(info.contains("certificates"));
}

TEST_F(RegistryWriting, AKeysNameIsUniqueInTheNetwork) {
  make_active("aa", "AA-1");
  auto body = body_of("fip", kMember);
  info_of(body)["certificate"].as_object()["kid"] = "key-of-AA-1";
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_bad("certificate"));

  body = body_of("fip", kMember);
  auto more = info_of(body).at("certificate").as_object();
  more["kid"] = "key-of-AA-1";
  info_of(body)["additionalCertificates"] = boost::json::array{more};
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_bad("certificate"));
  more["kid"] = "more";
  info_of(body)["additionalCertificates"] = boost::json::array{more};
  EXPECT_THAT(put_record(body, token_of(kAdmin)), is_written());

  auto theirs = body_of("aa", "AA-1");
  info_of(theirs)["certificate"].as_object()["kid"] = "more";
  EXPECT_THAT(write("PUT", "AA", theirs, token_of_admin("AA-1")), is_bad("certificate"));
}

TEST_F(RegistryWriting, AHandleIsUniqueWhateverItsCase) {
  make_active("aa", "AA-1");
  make_active("aa", "AA-2");
  auto body = body_of("aa", "AA-2");
  info_of(body)["entityhandle"] = "@Aa-1";
  EXPECT_THAT(write("PUT", "AA", body, token_of(kOperator)), is_bad("entityhandle"));
}

TEST_F(RegistryWriting, RefusesPrivateAndSymmetricKeysWhereverTheyStand) {
  const std::vector<std::string> hidden = {R"({"kty":"oct","k":"AQ"})", R"({"a":[{"b":{"kty":"RSA","d":"AQ"}}]})",
                                           R"([[[{"kty":"EC","d":null}]]])", R"({"qi":"AQ","kty":7})",
                                           R"({"kty":"RSA","oth":[]})"};
  expect_unchanged([&] {
    for (const auto& key : hidden) {
      const auto value = boost::json::parse(key);
      auto inside = body_of("fip", kMember);
      info_of(inside)["somewhere"] = value;
      EXPECT_THAT(put_record(inside, token_of(kAdmin)), is_bad("somewhere")) << key;
      auto in_signature = body_of("fip", kMember);
      info_of(in_signature)["signature"].as_object()["signValue"] = value;
      EXPECT_THAT(put_record(in_signature, token_of(kAdmin)), is_bad("signature")) << key;
      auto outside = body_of("fip", kMember);
      outside["dropped"] = value;
      EXPECT_THAT(put_record(outside, token_of(kAdmin)), is_response(400, HasSubstr("private"))) << key;
    }
    for (const auto* name : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
      auto body = body_of("fip", kMember);
      info_of(body)["certificate"].as_object()[name] = "AQAB";
      EXPECT_THAT(put_record(body, token_of(kAdmin)), is_bad("certificate")) << name;
    }
  });
}

TEST_F(RegistryWriting, RefusesKeysThatAreWeakOrOfAnotherKind) {
  auto body = body_of("fip", kMember);
  const auto good = info_of(body).at("certificate").as_object();
  const auto refuse = [&](const boost::json::value& certificate) {
    info_of(body)["certificate"] = certificate;
    EXPECT_THAT(put_record(body, token_of(kAdmin)), is_bad("certificate")) << certificate;
  };
  auto weak = good;
  weak["n"] =
      "5egy0PcPRpVyipHC9W8DKqmvf0rul4m0aR0N2XHKGQdsy4FKS-9V1ng6_vi7MjrQBml1i5WkvB2bs-"
      "8oIcObDlg6i75X1jUNKp0rW8NAI4Y3KA81uqA"
      "Mujwg-Cn70JF5-8vxD-CqnBsReF_NjaOFOGl_-kYPHwoRzGbtl0A279s";  // 1024 bits
  refuse(weak);
  auto nameless = good;
  nameless.erase("kid");
  refuse(nameless);
  refuse(nullptr);
  refuse("MIIB");
  refuse(boost::json::array{good, good});
  auto curve = crypto::PrivateKey::generate(crypto::SignatureAlgorithm::ES256)->public_key().to_jwk();
  curve["kid"] = "curve";
  refuse(curve);
}

TEST_F(RegistryWriting, RefusesABodyThatIsNoRecord) {
  const auto send = [&](const std::string& body) {
    return ask(HttpCall{.method = "PUT", .path = "/cr/entityInfo/FIP"}.by(token_of(kAdmin)).with_body(body));
  };
  for (const auto* body : {"{", "[]", "7", "{}}", "\xff"}) {
    EXPECT_THAT(send(body), is_bad("JSON")) << body;
    EXPECT_THAT(ask(HttpCall{.method = "PUT", .path = "/cr/entityInfo/FIP"}.with_body(body)), is_bad("JSON")) << body;
  }
  EXPECT_THAT(send("{}"), is_bad("entityinfo"));
  EXPECT_THAT(send(R"({"entityinfo":[]})"), is_bad("entityinfo"));
  EXPECT_THAT(send(R"({"entityinfo":{"name":"x"}})"), is_bad("id"));
  EXPECT_THAT(send(R"({"entityinfo":{"id":"a"},"entityinfo":{"id":"b"}})"), is_bad("entityinfo"));
  EXPECT_THAT(send(R"({"entityinfo":{"id":"FIP-1","id":"AA-1"}})"), is_bad("id"));
  EXPECT_THAT(send(R"({"entityinfo":{"id":"FIP-1","x":{"y":[{"z":1,"z":2}]}}})"), is_bad("z"));
  EXPECT_THAT(send(R"({"requester":{"id":"a","id":"b"},"entityinfo":{"id":"FIP-1"}})"), is_bad("requester"));
  EXPECT_THAT(send(R"({"txnid":"a","txnid":"b","entityinfo":{"id":"FIP-1"}})"), is_bad("txnid"));
  EXPECT_THAT(send(R"({"entity":{"id":"a"},"entityinfo":{"id":"b"}})"), is_bad("entityinfo"));
  EXPECT_THAT(write("PUT", "BANK", body_of("fip", kMember), token_of(kAdmin)), is_bad("type"));
  EXPECT_THAT(write("POST", "fip", body_of("fip", "FIP-7"), token_of(kOperator)), is_bad("type"));
}

TEST_F(RegistryWriting, ANameMustNotHoldANul) {
  auto body = body_of("fip", kMember);
  info_of(body)["name"] = boost::json::string(std::string("a\0b", 3));
  EXPECT_THAT(put_record(body, token_of(kOperator)), is_bad("name"));
}

}  // namespace
}  // namespace dwarpal::test
