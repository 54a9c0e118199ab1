// Every field of every call under /iam/v1, spoilt in every way: the contract's answer, and nothing has changed.
#include <boost/json/serialize.hpp>
#include <optional>
#include <vector>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

/// A refusal: its status and message, or, where the message is left open, an empty one.
struct Refusal {
  unsigned status = 400;
  std::string message = {};
};

struct Field {
  std::string name;
  std::optional<std::string> when_missing = {};  ///< the 400 for a missing, null or empty one; none: it is optional
  std::string value = R"("x")";                  ///< JSON; for the fields that are as good as any
  std::vector<std::string> of_wrong_type = {"7", "true", "[]", "{}", R"(["x"])"};
  std::string too_long = {};  ///< JSON; empty: nothing is too long for it
  Refusal when_too_long = {};
};

enum class By { Nobody, Admin, Operator };

struct Call {
  std::string name;
  std::string method;
  std::string path;
  By by = By::Nobody;
  std::vector<Field> fields;
};
void PrintTo(const Call& call, std::ostream* stream) {  // NOLINT(readability-identifier-naming): GoogleTest's name
  *stream << call.method << " " << call.path;
}

std::string quoted(std::size_t size) { return '"' + std::string(size, 'x') + '"'; }

Field entity_id() {
  return {.name = "entityId",
          .when_missing = "Entity Id is missing in the request",
          .value = R"("FIP-1")",
          .too_long = quoted(10'000),
          .when_too_long = {.status = 401, .message = kBadEntity}};
}
Field email(const std::string& address) {
  return {.name = "email",
          .when_missing = "User email is missing in the request",
          .value = '"' + address + '"',
          .too_long = '"' + std::string(250, 'x') + "@fip.test\""};
}
Field link_token() {
  return {.name = "token",
          .when_missing = "token is missing in the request",
          .value = R"("TOKEN")",
          .too_long = quoted(10'000),
          .when_too_long = {.message = kBadLink}};
}
Field password(const std::string& name, const std::string& value) {
  return {.name = name, .when_missing = name + " is missing in the request", .value = '"' + value + '"'};
}
Field new_password() {
  auto field = password("password", kOtherPassword);
  field.too_long = quoted(1025);
  field.when_too_long = {.message = "The password must have at most 1024 bytes"};
  return field;
}
Field person(const std::string& name) {
  return {
      .name = name, .when_missing = name + " is missing in the request", .value = R"("Mira")", .too_long = quoted(300)};
}
Field optional(const std::string& name, const std::string& value, std::vector<std::string> of_wrong_type) {
  return {.name = name, .value = value, .of_wrong_type = std::move(of_wrong_type)};
}

std::vector<Call> json_calls() {
  const std::string missing = "Entity Id/Type is missing in the request";
  const std::vector<std::string> no_days = {"0",       "-1",      "1.5",     "true",      "[]",
                                            "{}",      R"("")",   R"("0")",  R"("-1")",   R"("1.5")",
                                            R"(" 1")", R"("1 ")", R"("+1")", R"("0x10")", R"("ten")"};
  const std::vector<std::string> no_flag = {"0", "1", R"("true")", R"("")", "[]", "{}"};
  const std::vector<std::string> no_roles = {"7",
                                             "true",
                                             "{}",
                                             "[]",
                                             R"("")",
                                             R"("network-operator")",
                                             R"(["entity-admin","network-operator"])",
                                             R"(["Entity-Admin"])",
                                             "[null]"};
  const std::vector<std::string> no_short_text = {"7", "true", "[]", "{}", quoted(300), R"("two\nlines")"};
  const std::vector<std::string> no_object = {"7", "true", "[]", R"("FIP")"};
  const std::vector<std::string> no_requester = {
      "7", "true", "[]", R"("FIP")", R"({"id":"A","id":"B"})", R"({"x":{"id":"A","id":"B"}})"};
  return {
      {.name = "SecretReset",
       .method = "POST",
       .path = "/entity/secret/reset",
       .by = By::Admin,
       .fields = {entity_id(), optional("secretExpiryDays", "30", no_days), optional("revokeOld", "true", no_flag)}},
      {.name = "SecretRead", .method = "POST", .path = "/entity/secret/read", .by = By::Admin, .fields = {entity_id()}},
      {.name = "SecretStatus",
       .method = "POST",
       .path = "/entity/secret/status",
       .by = By::Admin,
       .fields = {entity_id()}},
      {.name = "SecretRevoke",
       .method = "POST",
       .path = "/entity/secret/revoke",
       .by = By::Admin,
       .fields = {entity_id()}},
      {.name = "EntityRegister",
       .method = "POST",
       .path = "/entity/register",
       .by = By::Operator,
       .fields = {{.name = "type", .when_missing = missing, .value = R"("FIP")"},
                  {.name = "entityinfo",
                   .when_missing = missing,
                   .value = R"({"id":"FIP-9",RECORD})",
                   .of_wrong_type = {"7", "true", "[]", R"("FIP-9")"}},
                  optional("user", R"({"email":"new@fip.test","firstName":"A","lastName":"B"})", no_object),
                  optional("requester", R"({"name":"A","id":"B"})", no_requester),
                  optional("status", R"("ACTIVE")", no_short_text),
                  optional("createdBy", R"("me")", no_short_text)}},
      {.name = "MockRegister",
       .method = "POST",
       .path = "/entity/mock/register",
       .by = By::Admin,
       .fields = {optional("type", R"("FIP")", {"7", "true", "[]", "{}", R"("BANK")"}),
                  {.name = "entityinfo",
                   .when_missing = missing,
                   .value = R"({"id":"FIP-9",RECORD})",
                   .of_wrong_type = {"7", "true", "[]", R"("FIP-9")"}},
                  optional("requester", R"({"name":"A","id":"B"})", no_requester),
                  optional("status", R"("ACTIVE")", no_short_text),
                  optional("createdBy", R"("me")", no_short_text)}},
      {.name = "UserRegister",
       .method = "POST",
       .path = "/user/register",
       .by = By::Operator,
       .fields = {email("another@fip-1.test"), person("firstName"), person("lastName"),
                  optional("mobile", R"("9000000001")", {"9000000001", "true", "[]", "{}", quoted(300)})}},
      {.name = "EntityUserAdd",
       .method = "PUT",
       .path = "/entity/user/add",
       .by = By::Operator,
       .fields = {email(kNewcomer), entity_id(), optional("roles", R"(["entity-admin"])", no_roles)}},
      {.name = "EntityUserRemove",
       .method = "DELETE",
       .path = "/entity/user/remove",
       .by = By::Operator,
       .fields = {email(kAdmin), entity_id()}},
      {.name = "PasswordReset",
       .method = "POST",
       .path = "/user/password/reset",
       .by = By::Operator,
       .fields = {email(kAdmin)}},
      {.name = "PasswordChange",
       .method = "POST",
       .path = "/user/password/change",
       .by = By::Admin,
       .fields = {password("oldPassword", kPassword), new_password()}},
      {.name = "ActivationVerify", .method = "POST", .path = "/user/activation/verify", .fields = {link_token()}},
      {.name = "ActivationPassword",
       .method = "POST",
       .path = "/user/activation/password",
       .fields = {link_token(), new_password()}},
      {.name = "ActivationResend", .method = "POST", .path = "/user/activation/resend", .fields = {email(kNewcomer)}},
  };
}

/// FIP-1 has a secret and newcomer@fip-1.test an open link that is old enough for another; each call would succeed.
class EveryField : public Scenario, public testing::WithParamInterface<Call> {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    EXPECT_THAT(post("/user/register", {{"email", kNewcomer}, {"firstName", "Ravi"}, {"lastName", "Nair"}},
                     token_of(kOperator)),
                is_answered());
    reset();
    clock_.advance(1h);
    const auto by = GetParam().by;
    token_ = by == By::Nobody ? "" : token_of(by == By::Admin ? kAdmin : kOperator);
    link_ = network().newest_link_token(kNewcomer);
    auto record = registration("fip", "FIP-9").at("entityinfo").as_object();
    record.erase("id");
    record_ = boost::json::serialize(record);
    record_ = record_.substr(1, record_.size() - 2);
  }

  /// The call's body with one field replaced by another text of members; none: left out.
  [[nodiscard]] std::string body(const Field* spoilt, const std::string& members) const {
    std::string text;
    for (const auto& field : GetParam().fields) {
      const auto& member = &field == spoilt ? members : '"' + field.name + "\":" + field.value;
      if (!member.empty()) text += (text.empty() ? "" : ",") + member;
    }
    for (const auto& [placeholder, filling] : {std::pair("TOKEN", &link_), std::pair("RECORD", &record_)}) {
      const std::string_view name = placeholder;
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
        text.replace(at, name.size(), *filling);
      }
    }
    return "{" + text + "}";
  }
  Reply send(const std::string& body, const std::string& type = "application/json") {
    return ask(HttpCall{.method = GetParam().method,
                        .path = "/iam/v1" + GetParam().path,
                        .headers = {{"Content-Type", type}},
                        .body = body}
                   .by(token_));
  }
  /// Sends the call with each field in turn replaced by what `spoil` makes of it; it is refused and changes nothing.
  template <typename Spoil>
  void expect_refused(const Spoil& spoil, const testing::Matcher<const Reply&>& expected) {
    const auto before = network().dump_of_store();
    for (const auto& field : GetParam().fields) {
      const auto spoilt = body(&field, spoil(field));
      EXPECT_THAT(send(spoilt), expected) << spoilt.substr(0, 300);
    }
    EXPECT_EQ(network().dump_of_store(), before);
  }
  static std::string member(const Field& field, const std::string& value) { return '"' + field.name + "\":" + value; }

  std::string token_;
  std::string link_;
  std::string record_;  // the members of a good one but for its id
};

TEST_P(EveryField, IsTakenAsItIs) { EXPECT_THAT(send(body(nullptr, {})), is_answered()); }

TEST_P(EveryField, IsRefusedWhenItIsMissingNullOrEmptyUnlessItIsOptional) {
  const auto before = network().dump_of_store();
  for (const auto& field : GetParam().fields) {
    if (!field.when_missing) continue;
    const bool is_object = field.value.starts_with('{');
    for (const auto& spoilt : {std::string(), member(field, "null"), member(field, is_object ? "{}" : R"("")")}) {
      EXPECT_THAT(send(body(&field, spoilt)), is_refused(400, *field.when_missing)) << field.name << ": " << spoilt;
    }
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_P(EveryField, IsRefusedByNameWhenItIsOfAWrongTypeOrValue) {
  const auto before = network().dump_of_store();
  for (const auto& field : GetParam().fields) {
    for (const auto& value : field.of_wrong_type) {
      EXPECT_THAT(send(body(&field, member(field, value))), is_refused_naming(400, field.name)) << value;
    }
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_P(EveryField, IsRefusedByNameWhenItStandsTwice) {
  const auto before = network().dump_of_store();
  for (const auto& field : GetParam().fields) {
    const auto once = member(field, field.value);
    auto twice = once;
    twice.append(",").append(once);
    EXPECT_THAT(send(body(&field, twice)), is_refused_naming(400, field.name)) << twice;
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_P(EveryField, IsRefusedWhenItIsTooLong) {
  const auto before = network().dump_of_store();
  for (const auto& field : GetParam().fields) {
    if (field.too_long.empty()) continue;
    const auto& [status, message] = field.when_too_long;
    EXPECT_THAT(send(body(&field, member(field, field.too_long))),
                message.empty() ? is_refused_naming(status, field.name) : is_refused(status, message));
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_P(EveryField, IsRefusedWhenItIsNotUtf8) {
  for (const std::string bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    expect_refused([&](const Field& field) { return member(field, '"' + bytes + '"'); },
                   is_refused_naming(400, "JSON"));
  }
}

TEST_P(EveryField, IsRefusedWhenItHoldsANul) {
  expect_refused([](const Field& field) { return member(field, R"("a\u0000b")"); }, is_refused_naming(400, ""));
}

TEST_P(EveryField, IsRefusedInAForm) {
  const auto before = network().dump_of_store();
  std::string form = "token=" + link_;
  for (const auto& field : GetParam().fields) form += "&" + field.name + "=" + form_encoded(field.value);
  EXPECT_THAT(send(form, "application/x-www-form-urlencoded"), is_refused_naming(415, "content type"));
  EXPECT_THAT(send(form), is_refused_naming(400, "JSON"));
  EXPECT_EQ(network().dump_of_store(), before);
}

INSTANTIATE_TEST_SUITE_P(OfEachCall, EveryField, testing::ValuesIn(json_calls()),
                         [](const auto& call) { return call.param.name; });

}  // namespace
}  // namespace dwarpal::test
