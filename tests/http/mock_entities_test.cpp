// Members that a sandbox's users make up.
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

class MockEntities : public Scenario {
 protected:
  Reply register_mock(const boost::json::object& info, const std::string& email = kAdmin) {
    return post("/entity/mock/register", {{"type", "FIP"}, {"entityinfo", info}}, token_of(email));
  }
  Reply read_secret_of(const std::string& id, const std::string& email = kAdmin) {
    return post("/entity/secret/read", {{"entityId", id}}, token_of(email));
  }
};

TEST_F(MockEntities, AreActiveWithASecretThatWorksAtOnce) {
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}, {"name", "A mock bank"}}),
              is_answered({{"message", "Entity successfully onboarded."},
                           {"entity", {{"id", "MOCK-1"}, {"name", "A mock bank"}, {"status", "ACTIVE"}}}}));
  const auto secret = read_secret_of("MOCK-1").text("secret");
  EXPECT_THAT(entity_token(secret, "MOCK-1"), is_answered());
  EXPECT_THAT(post("/entity/secret/reset", {{"entityId", "MOCK-1"}}, token_of(kAdmin)), is_answered());
}

TEST_F(MockEntities, AreListedAtOnce) {
  make_member("fiu", "FIU-1");
  const auto secret =
      post("/entity/secret/reset", {{"entityId", "FIU-1"}}, token_of("admin@fiu-1.test")).text("secret");
  const auto reader = entity_token(secret, "FIU-1").text("accessToken");
  const auto listed = [&] { return ask(get_call("/cr/v2/entityInfo/FIP").by(reader)).body; };
  EXPECT_FALSE(listed().contains("MOCK-1"));
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}}), is_answered());
  EXPECT_TRUE(listed().contains(R"("id":"MOCK-1")"));
}

TEST_F(MockEntities, AreTakenAsTheNetworksOwnGuideSendsThem) {
  auto certificate = registration("fip", "MOCK-1").at("entityinfo").at("certificate");
  const boost::json::object info{
      {"name", "MOCK-1"},
      {"id", "MOCK-1"},
      {"entityhandle", ""},
      {"Identifiers", boost::json::array{boost::json::object{{"category", "STRONG"}, {"type", "MOBILE"}}}},
      {"baseurl", ""},
      {"fitypes", boost::json::array{""}},
      {"certificate", std::move(certificate)},
      {"inboundports", boost::json::array{""}},
      {"ips", boost::json::array{""}}};
  EXPECT_THAT(register_mock(info),
              is_answered({{"entity", {{"id", "MOCK-1"}, {"name", "MOCK-1"}, {"status", "ACTIVE"}}}}));
}

TEST_F(MockEntities, NeedNothingButAnId) {
  const auto token = token_of(kAdmin);
  EXPECT_THAT(post("/entity/mock/register", {{"entityinfo", {{"id", "MOCK-1"}}}}, token),
              is_answered({{"entity", {{"id", "MOCK-1"}, {"name", "MOCK-1"}, {"status", "ACTIVE"}}}}));
  EXPECT_EQ(node().entities.show(EntityId("MOCK-1"))->type, core::EntityType::FIP);
  EXPECT_THAT(post("/entity/mock/register", {{"type", "AA"}, {"entity", {{"id", "MOCK-2"}}}}, token), is_answered());
  EXPECT_EQ(node().entities.show(EntityId("MOCK-2"))->type, core::EntityType::AA);
  for (const boost::json::object& body :
       {boost::json::object{}, {{"entityinfo", boost::json::object{}}}, {{"entityinfo", {{"id", ""}}}}}) {
    EXPECT_THAT(post("/entity/mock/register", body, token),
                is_refused(400, "Entity Id/Type is missing in the request"));
  }
  EXPECT_THAT(post("/entity/mock/register", {{"type", "BANK"}, {"entityinfo", {{"id", "MOCK-3"}}}}, token),
              is_refused_naming(400, "type"));
  EXPECT_THAT(register_mock({{"id", "MOCK-3"}, {"baseurl", "nowhere"}}), is_refused_naming(400, "baseurl"));
}

TEST_F(MockEntities, TakeNeitherIdNorKeyOfAnother) {
  EXPECT_THAT(register_mock({{"id", kMember}}), is_refused(409, "Entity FIP-1 already exists"));
  EXPECT_THAT(register_mock({{"id", "fip-1"}}), is_refused(409, "Entity fip-1 already exists"));
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}}), is_answered());
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}}), is_refused(409, "Entity MOCK-1 already exists"));
  const auto taken = registration("fip", kMember).at("entityinfo").at("certificate");
  EXPECT_THAT(register_mock({{"id", "MOCK-2"}, {"certificate", taken}}), is_refused_naming(400, "certificate"));
}

TEST_F(MockEntities, AreForUsersWhoAreNoOperators) {
  const auto entity = entity_token(reset().text("secret")).text("accessToken");
  const auto before = network().dump_of_store();
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}}, kOperator),
              is_refused(401, "User doesn't have access to make this request"));
  const boost::json::object body{{"entityinfo", {{"id", "MOCK-1"}}}};
  EXPECT_THAT(post("/entity/mock/register", body), is_refused(401, kBadToken));
  EXPECT_THAT(post("/entity/mock/register", body, entity), is_refused(401, kBadToken));
  EXPECT_EQ(network().dump_of_store(), before);
  make_user("anybody@else.test");
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}}, "anybody@else.test"), is_answered());
}

TEST_F(MockEntities, BelongToWhoMadeThem) {
  make_user("anybody@else.test");
  EXPECT_THAT(register_mock({{"id", "MOCK-1"}}, "anybody@else.test"), is_answered());
  EXPECT_THAT(read_secret_of("MOCK-1"), is_refused(401, kBadEntity));
  EXPECT_THAT(read_secret_of("MOCK-1", "anybody@else.test"), is_answered());
}

TEST_F(MockEntities, AreAtMostTwentyAUser) {
  for (int number = 1; number <= 20; ++number) {
    EXPECT_THAT(register_mock({{"id", "MOCK-" + std::to_string(number)}}), is_answered());
  }
  EXPECT_THAT(register_mock({{"id", "MOCK-21"}}), is_refused(409, "A user can have at most 20 mock entities"));
  EXPECT_FALSE(node().entities.show(EntityId("MOCK-21")));
}

}  // namespace
}  // namespace dwarpal::test
