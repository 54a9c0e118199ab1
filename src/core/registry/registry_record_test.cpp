#include "core/registry/registry_record.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>

#include "base/json.hpp"
#include "crypto/private_key.hpp"

namespace dwarpal::core {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object example(const std::string& name) {
  std::ifstream file(std::string(DWARPAL_EXAMPLES) + "/" + name);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_json(text).value().value.as_object();
}

object example_of(EntityType type) {
  switch (type) {
    case EntityType::AA: return example("aa.json");
    case EntityType::FIP: return example("fip.json");
    case EntityType::FIU: return example("fiu.json");
  }
  return {};
}

value json(std::string_view text) { return boost::json::parse(text); }

/// A registration that keeps all rules, to be changed where a test wants it.
struct Registration {
  explicit Registration(EntityType entity_type)
      : type(entity_type), envelope(example_of(entity_type)), info(envelope.at("entityinfo").as_object()) {}

  Registration& with(std::string_view field, value member) {
    info[field] = std::move(member);
    return *this;
  }
  Registration& without(std::string_view field) {
    info.erase(field);
    return *this;
  }
  Registration& certified(const value& certificate) { return with("certificate", certificate); }

  [[nodiscard]] Result<RegistryRecord> validated(Profile profile = Profile::Production) const {
    Policy policy;
    policy.profile = profile;
    policy.realm = "testnet";
    return validate_record(type, info, envelope, policy);
  }
  /// The whole message, or nothing if it was taken.
  [[nodiscard]] std::string refusal(Profile profile = Profile::Production) const {
    const auto record = validated(profile);
    if (record) return {};
    EXPECT_EQ(record.error().code, ErrorCode::InvalidInput);
    return record.error().message;
  }
  [[nodiscard]] object answered(Profile profile = Profile::Production) const {
    return validated(profile).value().record.at("entityinfo").as_object();
  }
  [[nodiscard]] object certificate() const { return info.at("certificate").as_object(); }

  EntityType type;
  object envelope;
  object info;
};

Registration aa() { return Registration(EntityType::AA); }
Registration fip() { return Registration(EntityType::FIP); }
Registration fiu() { return Registration(EntityType::FIU); }

/// What counts as empty in the network's records.
const auto kEmpty = {value(nullptr), value(""), json("[]"), json(R"([""])")};

testing::AssertionResult names(const std::string& message, std::string_view field) {
  if (message.starts_with(std::string(field) + " ")) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "\"" << message << "\" does not begin with " << field;
}

std::vector<std::string> members_of(const object& members) {
  std::vector<std::string> found;
  for (const auto& member : members) found.emplace_back(member.key());
  return found;
}

TEST(RegistryRecord, TakesAnExampleOfEachTypeInEveryProfile) {
  for (const auto type : {EntityType::AA, EntityType::FIP, EntityType::FIU}) {
    for (const auto profile : {Profile::Sandbox, Profile::Uat, Profile::Production}) {
      EXPECT_EQ(Registration(type).refusal(profile), "");
    }
  }
}

TEST(RegistryRecord, TellsApartWhatTheStoreLooksFor) {
  const auto record = aa().validated().value();
  EXPECT_EQ(record.id, EntityId("EXAMPLE_SANDBOX_AA"));
  EXPECT_EQ(record.type, EntityType::AA);
  EXPECT_EQ(record.name, "Example Account Aggregator Private Limited");
  EXPECT_EQ(record.entity_handle, "@exampleaa");
  EXPECT_EQ(record.certificate_ids, std::vector<std::string>{"e423058b-f1d1-4cb8-a10e-afb601a10916"});
}

TEST(RegistryRecord, KeepsAtTheTopOnlyWhatBelongsToARecord) {
  const auto record = fip().validated().value().record;
  EXPECT_EQ(members_of(record), (std::vector<std::string>{"ver", "timestamp", "txnid", "requester", "entityinfo"}));
  EXPECT_EQ(record.at("ver"), "2.0");
  EXPECT_EQ(record.at("timestamp"), "2026-03-18T08:04:50.314Z");
  EXPECT_EQ(record.at("txnid"), "cc4ef9f7-f9d2-4e0b-9299-9af874188f8f");
  EXPECT_EQ(record.at("requester"), json(R"({"name":"Example Bank Limited","id":"EXAMPLE_BANK_SANDBOX_FIP"})"));
  EXPECT_EQ(boost::json::serialize(record).find("iam-service-account"), std::string::npos);
}

TEST(RegistryRecord, KeepsOfTheRequesterNameAndIdOnly) {
  auto registration = fip();
  registration.envelope["requester"] = json(R"({"name":"Bank","id":"BANK","email":"someone@bank.example"})");
  EXPECT_EQ(registration.validated().value().record.at("requester"), json(R"({"name":"Bank","id":"BANK"})"));
  registration.envelope["requester"] = "Bank";
  EXPECT_TRUE(names(registration.refusal(), "requester"));
}

TEST(RegistryRecord, AnswersAVersionEvenWhenTheRequestHadNone) {
  auto registration = fip();
  for (const auto& meaningless : {value(nullptr), value(2), value("")}) {
    registration.envelope["ver"] = meaningless;
    EXPECT_EQ(registration.validated().value().record.at("ver"), "2.0.0");
  }
}

TEST(RegistryRecord, CompletesAnEnvelopeWithTheTimeAndIdOfTheWrite) {
  const auto now = instant_from_milliseconds(1'767'225'600'000);
  const auto completed = complete_envelope({{"timestamp", ""}}, now, "a-trace");
  EXPECT_EQ(completed.at("timestamp"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(completed.at("txnid"), "a-trace");
  const auto sent = complete_envelope({{"timestamp", "then"}, {"txnId", "theirs"}}, now, "a-trace");
  EXPECT_EQ(sent.at("timestamp"), "then");
  EXPECT_FALSE(sent.contains("txnid"));
}

TEST(RegistryRecord, AnswersInTheOrderOfTheNetworkWithUnknownMembersAsTheyCame) {
  auto registration = fip();
  registration.with("futureMember", json(R"({"a":[1,null,""]})"));
  EXPECT_EQ(members_of(registration.answered()),
            (std::vector<std::string>{"name", "id", "code", "entityhandle", "Identifiers", "baseurl", "webviewurl",
                                      "fitypes", "certificate", "tokeninfo", "gsp", "signature", "inboundports",
                                      "outboundports", "ips", "tags", "futureMember"}));
  EXPECT_EQ(registration.answered().at("futureMember"), json(R"({"a":[1,null,""]})"));
  EXPECT_EQ(registration.answered().at("webviewurl"), value(nullptr));
}

TEST(RegistryRecord, WantsAnId) {
  for (const auto& empty : kEmpty) {
    EXPECT_EQ(fip().with("id", empty).refusal(), "Entity Id/Type is missing in the request");
  }
  EXPECT_EQ(fip().without("id").refusal(), "Entity Id/Type is missing in the request");
  EXPECT_TRUE(names(fip().with("id", 7).refusal(), "id"));
}

TEST(RegistryRecord, TakesAnIdOf1To64LettersDigitsAndMarks) {
  for (const std::string& id : std::vector<std::string>{"a", "7", "FIP-SIMULATOR", "a-_.@Z9", std::string(64, 'x')}) {
    EXPECT_EQ(fip().with("id", id.c_str()).refusal(), "") << id;
  }
  for (const std::string& id : std::vector<std::string>{"-a", ".a", "@a", "_a", "a b", "a/b", "a%b", "a\n", "\xc3\xa4",
                                                        "a:b", std::string(65, 'x')}) {
    EXPECT_TRUE(names(fip().with("id", id.c_str()).refusal(), "id")) << id;
  }
}

TEST(RegistryRecord, RefusesReservedIdsInAnyCase) {
  for (const auto* id : {"iam", "IAM", "account", "Admin", "system", "Sahamati", "testnet", "TestNet"}) {
    EXPECT_EQ(fip().with("id", id).refusal(), "id is reserved") << id;
  }
  EXPECT_EQ(fip().with("id", "iam-1").refusal(), "");
}

TEST(RegistryRecord, WantsAName) {
  for (const auto& empty : kEmpty) EXPECT_TRUE(names(fip().with("name", empty).refusal(), "name"));
  EXPECT_TRUE(names(fip().without("name").refusal(), "name"));
  EXPECT_TRUE(names(fip().with("name", 7).refusal(), "name"));
}

TEST(RegistryRecord, TakesTheIdForAMissingCode) {
  EXPECT_EQ(fip().without("code").answered().at("code"), "EXAMPLE_BANK_SANDBOX_FIP");
  for (const auto& empty : kEmpty) {
    EXPECT_EQ(fip().with("code", empty).answered().at("code"), "EXAMPLE_BANK_SANDBOX_FIP");
  }
  EXPECT_EQ(fip().with("code", "BANK").answered().at("code"), "BANK");
  EXPECT_TRUE(names(fip().with("code", 7).refusal(), "code"));
}

TEST(RegistryRecord, WantsAHandleOfAnAaThatBeginsWithAt) {
  EXPECT_EQ(aa().with("entityhandle", "@a").refusal(), "");
  for (const auto& bad : {value("a"), value("@"), value(nullptr), value(""), value(7)}) {
    EXPECT_TRUE(names(aa().with("entityhandle", bad).refusal(), "entityhandle"));
  }
  EXPECT_TRUE(names(aa().without("entityhandle").refusal(), "entityhandle"));
}

TEST(RegistryRecord, WantsNoHandleOfOthers) {
  for (const auto& registration : {fip(), fiu()}) {
    EXPECT_TRUE(names(auto(registration).with("entityhandle", "@a").refusal(), "entityhandle"));
    for (const auto& empty : kEmpty) EXPECT_EQ(auto(registration).with("entityhandle", empty).refusal(), "");
    EXPECT_EQ(auto(registration).without("entityhandle").refusal(), "");
  }
}

TEST(RegistryRecord, TakesKnownIdentifiersOnly) {
  for (const auto* category : {"STRONG", "WEAK", "ANCILLARY"}) {
    for (const auto* type : {"MOBILE", "AADHAR", "AADHAAR", "EMAIL", "PAN", "DOB", "ACCNO", "CRN", "PPAN", "Others"}) {
      EXPECT_EQ(fiu().with("Identifiers", array{{{"category", category}, {"type", type}}}).refusal(), "") << type;
    }
  }
  for (const auto* bad : {R"([{"category":"strong","type":"MOBILE"}])", R"([{"category":"STRONG","type":"others"}])",
                          R"([{"category":"STRONG"}])", R"([{"type":"MOBILE"}])", R"([{}])", R"(["STRONG"])",
                          R"({"category":"STRONG","type":"MOBILE"})", R"([{"category":1,"type":"MOBILE"}])"}) {
    EXPECT_TRUE(names(fiu().with("Identifiers", json(bad)).refusal(), "Identifiers")) << bad;
  }
}

TEST(RegistryRecord, WantsAStrongIdentifierOfAnFipOnly) {
  const auto weak = json(R"([{"category":"WEAK","type":"PAN"},{"category":"ANCILLARY","type":"DOB"}])");
  EXPECT_TRUE(names(fip().with("Identifiers", weak).refusal(), "Identifiers"));
  EXPECT_TRUE(names(fip().without("Identifiers").refusal(), "Identifiers"));
  EXPECT_EQ(fiu().with("Identifiers", weak).refusal(), "");
  EXPECT_EQ(aa().without("Identifiers").refusal(), "");
  const auto both = json(R"([{"category":"WEAK","type":"PAN"},{"category":"STRONG","type":"MOBILE"}])");
  EXPECT_EQ(fip().with("Identifiers", both).refusal(), "");
}

TEST(RegistryRecord, WantsABaseUrlAndKeepsItAsSent) {
  for (const auto& empty : kEmpty) EXPECT_TRUE(names(fip().with("baseurl", empty).refusal(), "baseurl"));
  EXPECT_TRUE(names(fip().without("baseurl").refusal(), "baseurl"));
  EXPECT_TRUE(names(fip().with("baseurl", "fip.example").refusal(), "baseurl"));
  EXPECT_TRUE(names(fip().with("baseurl", 7).refusal(), "baseurl"));
  const auto* list = "v1:https://FIP.example/v1, v2:https://fip.example/../v2";
  EXPECT_EQ(fip().with("baseurl", list).answered().at("baseurl"), list);
}

TEST(RegistryRecord, TakesAnHttpBaseUrlInASandboxOnly) {
  const auto registration = fip().with("baseurl", "http://localhost:8081");
  EXPECT_EQ(registration.refusal(Profile::Sandbox), "");
  EXPECT_TRUE(names(registration.refusal(Profile::Uat), "baseurl"));
  EXPECT_TRUE(names(registration.refusal(Profile::Production), "baseurl"));
}

TEST(RegistryRecord, WantsFiTypesOfAnFipOnly) {
  for (const auto& empty : kEmpty) {
    EXPECT_TRUE(names(fip().with("fitypes", empty).refusal(), "fitypes"));
    EXPECT_EQ(fiu().with("fitypes", empty).refusal(), "");
  }
  EXPECT_TRUE(names(fip().with("fitypes", "DEPOSIT").refusal(), "fitypes"));
  EXPECT_TRUE(names(fip().with("fitypes", json("[7]")).refusal(), "fitypes"));
}

TEST(RegistryRecord, WantsACertificate) {
  for (const auto& empty : kEmpty) EXPECT_TRUE(names(fip().certified(empty).refusal(), "certificate"));
  EXPECT_TRUE(names(fip().without("certificate").refusal(), "certificate"));
  EXPECT_TRUE(names(fip().certified("a PEM").refusal(), "certificate"));
  EXPECT_TRUE(names(fip().certified(json("{}")).refusal(), "certificate"));
}

TEST(RegistryRecord, WantsARsaKeyOf2048BitsOrMore) {
  auto weak = fip().certificate();
  weak["n"] = std::string(340, 'A').replace(0, 1, "z");  // 2040 bits
  EXPECT_TRUE(names(fip().certified(weak).refusal(), "certificate"));
  const auto p256 = json(R"({"kty":"EC","crv":"P-256","kid":"ec","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                         R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
  EXPECT_TRUE(names(fip().certified(p256).refusal(), "certificate"));
}

TEST(RegistryRecord, WantsAKidInACertificate) {
  auto certificate = fip().certificate();
  certificate.erase("kid");
  EXPECT_TRUE(names(fip().certified(certificate).refusal(), "certificate"));
  for (const auto& bad : {value(nullptr), value(""), value(7)}) {
    certificate["kid"] = bad;
    EXPECT_TRUE(names(fip().certified(certificate).refusal(), "certificate"));
  }
}

TEST(RegistryRecord, TakesTheOtherSpellingOfCertificateAndAnswersTheUsualOne) {
  const auto certificate = fip().certificate();
  for (const auto& spelled : {value(certificate), value(array{certificate})}) {
    const auto answered = fip().without("certificate").with("certificates", spelled).answered();
    EXPECT_EQ(answered.at("certificate"), value(certificate));
    EXPECT_FALSE(answered.contains("certificates"));
    EXPECT_FALSE(answered.contains("additionalCertificates"));
  }
  EXPECT_TRUE(names(fip().with("certificates", certificate).refusal(), "certificates"));
}

TEST(RegistryRecord, AnswersFurtherKeysApartAndTakesThatAnswerBack) {
  const auto first = fip().certificate();
  auto second = aa().certificate();
  auto registration = fip().without("certificate").with("certificates", array{first, second});
  const auto answered = registration.answered();
  EXPECT_EQ(answered.at("certificate"), value(first));
  EXPECT_EQ(answered.at("additionalCertificates"), value(array{second}));
  EXPECT_EQ(registration.validated().value().certificate_ids,
            (std::vector<std::string>{"d2529648-be8e-4086-bc40-76d654069dc8", "e423058b-f1d1-4cb8-a10e-afb601a10916"}));

  registration.info = answered;
  EXPECT_EQ(registration.answered(), answered);
  second.erase("n");
  registration.info["additionalCertificates"] = array{second};
  EXPECT_TRUE(names(registration.refusal(), "additionalCertificates"));
}

TEST(RegistryRecord, WantsAnotherKidForEachKeyOfARecord) {
  const auto certificate = fip().certificate();
  EXPECT_TRUE(names(fip().with("additionalCertificates", array{certificate}).refusal(), "additionalCertificates"));
}

TEST(RegistryRecord, DoesNotTakeAFurtherKeyForTheCertificate) {
  const auto certificate = fip().certificate();
  EXPECT_TRUE(
      names(fip().without("certificate").with("additionalCertificates", array{certificate}).refusal(), "certificate"));
}

TEST(RegistryRecord, RefusesAPrivateKeyWhereverItStands) {
  for (const auto* member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    auto certificate = fip().certificate();
    certificate[member] = "AQAB";
    EXPECT_TRUE(names(fip().certified(certificate).refusal(), "certificate")) << member;
    const object deep{{"a", array{1, object{{"kty", "OKP"}, {member, nullptr}}}}};
    EXPECT_TRUE(names(fip().with("futureMember", deep).refusal(), "futureMember")) << member;
    auto registration = fip();
    registration.envelope["user"] = deep;
    EXPECT_TRUE(names(registration.refusal(), "The request")) << member;
  }
}

TEST(RegistryRecord, RefusesTheJwkOfAPrivateKeyOfEachType) {
  for (const auto algorithm : {crypto::SignatureAlgorithm::ES256, crypto::SignatureAlgorithm::EdDSA}) {
    const auto key = crypto::PrivateKey::generate(algorithm).value();
    EXPECT_TRUE(holds_private_jwk(json(key.private_jwk().expose())));
    EXPECT_FALSE(holds_private_jwk(key.public_key().to_jwk()));
  }
}

TEST(RegistryRecord, TakesPrivateNamesOutsideOfAKey) {
  EXPECT_EQ(fip().with("futureMember", json(R"({"d":1,"k":{"kty":"RSA","n":"AQAB"}})")).refusal(), "");
}

TEST(RegistryRecord, WantsPortsOutsideOfASandbox) {
  for (const auto* field : {"inboundports", "outboundports"}) {
    for (const auto& empty : kEmpty) {
      EXPECT_EQ(fip().with(field, empty).refusal(Profile::Sandbox), "");
      EXPECT_TRUE(names(fip().with(field, empty).refusal(Profile::Uat), field));
      EXPECT_TRUE(names(fip().with(field, empty).refusal(Profile::Production), field));
    }
    EXPECT_EQ(fip().with(field, json(R"(["1","65535"])")).refusal(), "");
    for (const auto* bad : {R"(["0"])", R"(["65536"])", "[443]", R"("443")", R"(["443",""])", R"([null])"}) {
      EXPECT_TRUE(names(fip().with(field, json(bad)).refusal(Profile::Production), field)) << bad;
    }
  }
}

TEST(RegistryRecord, WantsAddressesOutsideOfASandbox) {
  for (const auto& empty : kEmpty) {
    EXPECT_EQ(fip().with("ips", empty).refusal(Profile::Sandbox), "");
    EXPECT_TRUE(names(fip().with("ips", empty).refusal(Profile::Uat), "ips"));
    EXPECT_TRUE(names(fip().with("ips", empty).refusal(Profile::Production), "ips"));
  }
  EXPECT_EQ(fip().with("ips", json(R"(["203.0.113.7","2001:db8::/32"])")).refusal(), "");
  for (const auto* bad : {R"(["fip.example"])", R"("203.0.113.7")", R"(["203.0.113.0/33"])", "[7]"}) {
    EXPECT_TRUE(names(fip().with("ips", json(bad)).refusal(Profile::Sandbox), "ips")) << bad;
  }
}

}  // namespace

}  // namespace dwarpal::core
