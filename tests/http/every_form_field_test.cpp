// The two token calls, which take forms: every field, spoilt in every way.
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

const std::string kWithPlus = "one+one makes 2 + more & 100%";

struct FormCall {
  std::string name;
  std::string path;
  std::string who;
  std::string proof;
  std::string when_missing;
  std::string when_wrong;
};
void PrintTo(const FormCall& call, std::ostream* stream) {  // NOLINT(readability-identifier-naming): GoogleTest's name
  *stream << call.path;
}

class EveryFormField : public Scenario, public testing::WithParamInterface<FormCall> {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    secret_ = reset().text("secret");
  }
  [[nodiscard]] bool is_user_call() const { return GetParam().who == "username"; }
  [[nodiscard]] std::string who() const {
    return GetParam().who + "=" + form_encoded(is_user_call() ? kAdmin : kMember);
  }
  [[nodiscard]] std::string proof() const {
    return GetParam().proof + "=" + form_encoded(is_user_call() ? kPassword : secret_);
  }
  Reply send(const std::string& body) { return form(GetParam().path, body); }

  std::string secret_;
};

TEST_P(EveryFormField, IsTakenInAnyOrderBesideUnknownOnesAndEmptyPairs) {
  EXPECT_THAT(send(who() + "&" + proof()), is_answered());
  EXPECT_THAT(send("&&" + proof() + "&x=1&x=2&=&y&" + who() + "&"), is_answered());
  EXPECT_THAT(send(GetParam().who + "%" + "3d&" + who() + "&" + proof()), is_answered());
}

TEST_P(EveryFormField, IsRefusedWhenItIsMissingOrEmpty) {
  for (const auto& body :
       {std::string(), who(), proof(), who() + "&" + GetParam().proof + "=", who() + "&" + GetParam().proof,
        GetParam().who + "=&" + proof(), GetParam().who + "&" + proof(), who() + "&" + "Password=x&SECRET=x"}) {
    EXPECT_THAT(send(body), is_refused(400, GetParam().when_missing)) << body;
  }
}

TEST_P(EveryFormField, IsRefusedByNameWhenItStandsTwice) {
  EXPECT_THAT(send(who() + "&" + who() + "&" + proof()), is_refused_naming(400, GetParam().who));
  EXPECT_THAT(send(who() + "&" + proof() + "&" + proof()), is_refused_naming(400, GetParam().proof));
  EXPECT_THAT(send(who() + "&" + proof() + "&" + GetParam().proof), is_refused_naming(400, GetParam().proof));
}

TEST_P(EveryFormField, IsRefusedWhenItIsNotUtf8HoldsANulOrABadEscape) {
  const auto before = network().dump_of_store();
  for (const auto* bad : {"%ff", "%c0%af", "%00", "a%00", "%", "%4", "%zz", "100%", "\xff"}) {
    EXPECT_THAT(send(who() + "&" + GetParam().proof + "=" + bad), is_refused_naming(400, "form")) << bad;
    EXPECT_THAT(send(GetParam().who + "=" + bad + "&" + proof()), is_refused_naming(400, "form")) << bad;
  }
  EXPECT_EQ(network().dump_of_store(), before);
}

TEST_P(EveryFormField, IsWrongWhenItIsLongOrChangedAtItsEnds) {
  for (const auto& body :
       {who() + "&" + GetParam().proof + "=" + std::string(10'000, 'x'),
        GetParam().who + "=" + std::string(10'000, 'x') + "&" + proof(), who() + "&" + proof() + "+",
        who() + "&" + GetParam().proof + "=%20" + (is_user_call() ? form_encoded(kPassword) : secret_),
        who() + "%20&" + proof(), who() + "&" + proof() + "%0a", who() + "x&" + proof()}) {
    EXPECT_THAT(send(body), is_refused(401, GetParam().when_wrong)) << body.substr(0, 100);
  }
}

TEST_P(EveryFormField, IsRefusedAsJson) {
  const std::string json = is_user_call() ? R"({"username":"a","password":"b"})" : R"({"id":"a","secret":"b"})";
  const auto call = form_call(GetParam().path, json);
  EXPECT_THAT(ask(call.without("Content-Type").with("Content-Type", "application/json")),
              is_refused_naming(415, "content type"));
  EXPECT_THAT(ask(call), is_refused(400, GetParam().when_missing));
}

INSTANTIATE_TEST_SUITE_P(OfEachTokenCall, EveryFormField,
                         testing::Values(FormCall{.name = "UserToken",
                                                  .path = "/user/token/generate",
                                                  .who = "username",
                                                  .proof = "password",
                                                  .when_missing = "User Id/Password is missing in the request",
                                                  .when_wrong = kBadPassword},
                                         FormCall{.name = "EntityToken",
                                                  .path = "/entity/token/generate",
                                                  .who = "id",
                                                  .proof = "secret",
                                                  .when_missing = "Entity Id/Secret is missing in the request",
                                                  .when_wrong = kBadSecret}),
                         [](const auto& call) { return call.param.name; });

using FormFields = Scenario;

TEST_F(FormFields, APlusInAFormIsASpaceAndItsEscapeIsAPlus) {
  EXPECT_THAT(post("/user/password/change", {{"oldPassword", kPassword}, {"password", kWithPlus}}, token_of(kAdmin)),
              is_answered());
  const auto sign_in_with = [&](const std::string& encoded) {
    return form("/user/token/generate", "username=" + form_encoded(kAdmin) + "&password=" + encoded);
  };
  EXPECT_THAT(sign_in_with("one%2Bone+makes+2+%2B+more+%26+100%25"), is_answered());
  EXPECT_THAT(sign_in_with("one%2bone%20makes%202%20%2b%20more%20%26%20100%25"), is_answered());
  EXPECT_THAT(sign_in_with("one+one+makes+2+++more+%26+100%25"), is_refused(401, kBadPassword));
}

TEST_F(FormFields, AnEmailMayHoldAPlusAndAnEntityIdIsCaseSensitive) {
  make_user("first+second@fip-1.test");
  const auto proof = "&password=" + form_encoded(kPassword);
  EXPECT_THAT(form("/user/token/generate", "username=First%2BSecond@fip-1.test" + proof), is_answered());
  EXPECT_THAT(form("/user/token/generate", "username=first+second@fip-1.test" + proof), is_refused(401, kBadPassword));
  const auto secret = reset().text("secret");
  EXPECT_THAT(entity_token(secret, "fip-1"), is_refused(401, kBadSecret));
  EXPECT_THAT(entity_token(secret), is_answered());
}

}  // namespace
}  // namespace dwarpal::test
