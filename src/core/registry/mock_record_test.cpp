#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "core/registry/registry_record.hpp"

namespace dwarpal::core {
namespace {

using boost::json::object;

constexpr std::string_view kKey =
    R"("kty":"RSA","e":"AQAB","kid":"k1","n":"sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw")";

Result<RegistryRecord> mock(const std::string& info, EntityType type = EntityType::FIP) {
  return mock_record(type, boost::json::parse(info).as_object(), {}, Policy{});
}

std::string refusal(const std::string& info, EntityType type = EntityType::FIP) {
  const auto record = mock(info, type);
  return record ? "none" : record.error().message;
}

TEST(MockRecord, NeedsNothingButAnId) {
  for (const auto type : {EntityType::AA, EntityType::FIP, EntityType::FIU}) {
    const auto record = mock(R"({"id":"MOCK-1"})", type);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->id, EntityId("MOCK-1"));
    EXPECT_EQ(record->name, "MOCK-1");
    EXPECT_TRUE(record->certificate_ids.empty());
    EXPECT_EQ(record->record.at("entityinfo"), (boost::json::value{{"id", "MOCK-1"}, {"code", "MOCK-1"}}));
  }
  EXPECT_EQ(refusal("{}"), "Entity Id/Type is missing in the request");
  EXPECT_EQ(refusal(R"({"id":""})"), "Entity Id/Type is missing in the request");
}

TEST(MockRecord, TakesWhatIsEmptyAtAnyDepthForAbsentAndKeepsItAsItCame) {
  const std::string info =
      R"({"id":"MOCK-1","name":"","entityhandle":"","Identifiers":[{"category":"","type":""}],"baseurl":"",)"
      R"("fitypes":[""],"certificate":{"kty":"","n":"","e":""},"ips":[],"gsp":null,"tokeninfo":{}})";
  const auto record = mock(info, EntityType::AA);
  ASSERT_TRUE(record) << refusal(info);
  auto expected = boost::json::parse(info).as_object();
  expected["code"] = "MOCK-1";
  EXPECT_EQ(record->record.at("entityinfo"), boost::json::value(expected));
}

TEST(MockRecord, MustBeRightInWhatItHas) {
  EXPECT_TRUE(refusal(R"({"id":"-1"})").starts_with("id "));
  EXPECT_TRUE(refusal(R"({"id":"account"})").starts_with("id "));
  EXPECT_TRUE(refusal(R"({"id":"M","name":7})").starts_with("name "));
  EXPECT_TRUE(refusal(R"({"id":"M","entityhandle":"aa"})", EntityType::AA).starts_with("entityhandle "));
  EXPECT_TRUE(refusal(R"({"id":"M","entityhandle":"@fip"})").starts_with("entityhandle "));
  EXPECT_TRUE(refusal(R"({"id":"M","Identifiers":[{"category":"STRANGE","type":"MOBILE"}]})").starts_with("Identifi"));
  EXPECT_TRUE(refusal(R"({"id":"M","baseurl":"mock.test"})").starts_with("baseurl "));
  EXPECT_TRUE(refusal(R"({"id":"M","fitypes":"DEPOSIT"})").starts_with("fitypes "));
  EXPECT_TRUE(refusal(R"({"id":"M","certificate":{"kty":"RSA"}})").starts_with("certificate "));
  EXPECT_TRUE(refusal(R"({"id":"M","inboundports":["0"]})").starts_with("inboundports "));
  EXPECT_TRUE(refusal(R"({"id":"M","ips":["example.test"]})").starts_with("ips "));
}

TEST(MockRecord, AnswersItsCertificatesUnderOneName) {
  const auto record = mock(R"({"id":"M","certificates":[{)" + std::string(kKey) + "}]}");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->certificate_ids, std::vector<std::string>{"k1"});
  const auto& answered = record->record.at("entityinfo").as_object();
  EXPECT_TRUE(answered.contains("certificate"));
  EXPECT_FALSE(answered.contains("certificates"));
}

TEST(MockRecord, HoldsNoPrivateKeyAnywhere) {
  EXPECT_TRUE(refusal(R"({"id":"M","certificate":{"d":"AQAB",)" + std::string(kKey) + "}}").contains("private"));
  EXPECT_TRUE(refusal(R"({"id":"M","gsp":[{"kty":"oct","k":""}]})").contains("private"));
}

}  // namespace
}  // namespace dwarpal::core
