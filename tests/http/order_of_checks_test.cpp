// Which of several faults a call is refused for.
#include <array>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

using OrderOfChecks = Scenario;

/// The checks in their order, and how a call fails each.
enum Fault : unsigned {
  Path = 1,
  Method = 2,
  Size = 4,
  Type = 8,
  Malformed = 16,
  Token = 32,
  Fields = 64,
  Rights = 128
};

TEST_F(OrderOfChecks, TheFirstCheckInOrderDecidesWhateverElseIsWrong) {
  make_user("stranger@fip-1.test");
  const auto admin = token_of(kAdmin);
  const auto stranger = token_of("stranger@fip-1.test");
  const std::array<std::pair<Fault, testing::Matcher<const Reply&>>, 8> checks = {
      {{Path, is_refused_naming(404, "path")},
       {Method, is_refused_naming(405, "method")},
       {Size, is_refused_naming(413, "too large")},
       {Type, is_refused_naming(415, "content type")},
       {Malformed, is_refused_naming(400, "JSON")},
       {Token, is_refused(401, kBadToken)},
       {Fields, is_refused(400, "Entity Id is missing in the request")},
       {Rights, is_refused(401, kBadEntity)}}};
  for (unsigned faults = 0; faults < 256; ++faults) {
    const auto has = [&](Fault fault) { return (faults & fault) != 0; };
    std::string body = has(Fields) ? "{}" : R"({"entityId":"FIP-1"})";
    if (has(Malformed)) body = "{";
    if (has(Size)) body.append(64 * 1024, ' ');
    const HttpCall call{.method = has(Method) ? "PUT" : "POST",
                        .path = has(Path) ? "/iam/v1/entity/secret" : "/iam/v1/entity/secret/read",
                        .headers = {{"Content-Type", has(Type) ? "text/plain" : "application/json"}},
                        .body = body};
    auto expected = is_refused(404, "Secret is not generated for the entity");
    for (const auto& [fault, answer] : checks) {
      if (!has(fault)) continue;
      expected = answer;
      break;
    }
    EXPECT_THAT(ask(call.by(has(Token) ? "a.b.c" : has(Rights) ? stranger : admin)), expected) << faults;
  }
}

TEST_F(OrderOfChecks, RegistrationsCheckTokenFieldsRightsAndStateInThisOrder) {
  const boost::json::object taken{{"email", kAdmin}, {"firstName", "Asha"}, {"lastName", "Rao"}};
  const boost::json::object nameless{{"email", kAdmin}};
  EXPECT_THAT(post("/user/register", nameless, "a.b.c"), is_refused(401, kBadToken));
  EXPECT_THAT(post("/user/register", nameless, token_of(kAdmin)), is_refused_naming(400, "firstName"));
  EXPECT_THAT(post("/user/register", taken, token_of(kAdmin)),
              is_refused(401, "User doesn't have access to make this request"));
  EXPECT_THAT(post("/user/register", taken, token_of(kOperator)), is_refused(403, "User already exists"));

  auto bad = registration("fip", kMember);
  bad["entityinfo"].as_object()["baseurl"] = "";
  EXPECT_THAT(post("/entity/register", bad, "a.b.c"), is_refused(401, kBadToken));
  EXPECT_THAT(post("/entity/register", bad, token_of(kAdmin)), is_refused_naming(400, "baseurl"));
  // The designated user's fields, too, come before rights and before what is taken.
  auto blank = registration("fip", kMember);
  blank["user"] = {{"email", "new@fip-1.test"}, {"firstName", " "}, {"lastName", "Rao"}};
  for (const auto& user : {kAdmin, kOperator}) {
    EXPECT_THAT(post("/entity/register", blank, token_of(user)), is_refused_naming(400, "user.firstName"));
  }
  EXPECT_THAT(post("/entity/register", registration("fip", kMember), token_of(kAdmin)),
              is_refused(401, "User doesn't have access to make this request"));
  EXPECT_THAT(post("/entity/register", registration("fip", kMember), token_of(kOperator)),
              is_refused(403, "Client already exists"));
}

}  // namespace
}  // namespace dwarpal::test
