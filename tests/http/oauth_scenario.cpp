#include "http/oauth_scenario.hpp"

#include <gmock/gmock.h>

#include "crypto/base64url.hpp"

namespace dwarpal::test {

namespace {

/// What an answer of a standard endpoint breaks of the rules that all keep; empty: nothing.
std::string broken_oauth_rule(const Reply& reply) {
  if (reply.header("content-type") != "application/json") return "Content-Type";
  if (reply.header("cache-control") != "no-store") return "Cache-Control";
  if (reply.header("pragma") != "no-cache") return "Pragma";
  if (reply.header("x-request-id").empty()) return "X-Request-Id";
  if (!reply.header("access-control-allow-origin").empty()) return "Access-Control-Allow-Origin";
  if (reply.status == 200) return reply.has("error") ? "an error in a 200" : "";
  if (reply.text("error_description").empty()) return "error_description";
  // RFC 6749 §5.2 allows neither quotes nor backslashes nor anything beyond ASCII.
  for (const auto letter : reply.text("error_description")) {
    if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') return "error_description";
  }
  return reply.json().size() == 2 ? "" : "a member that is none of an error";
}

MATCHER_P3(fits_oauth, status, error, challenge, "") {
  if (const auto broken = broken_oauth_rule(arg); !broken.empty()) {
    *result_listener << "breaks the rule for " << broken;
    return false;
  }
  return arg.status == status && arg.text("error") == error && arg.header("www-authenticate") == challenge;
}

}  // namespace

void OAuthScenario::SetUp() {
  Scenario::SetUp();
  make_member("aa", kOther);
  secret_ = reset().text("secret");
  other_secret_ = post("/entity/secret/reset", {{"entityId", kOther}}, token_of("admin@aa-1.test")).text("secret");
}

HttpCall OAuthScenario::oauth_call(const std::string& path, const Fields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body.append(name).append("=").append(form_encoded(value));
  }
  return {.path = path, .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}, .body = std::move(body)};
}

std::string OAuthScenario::basic(const std::string& id, const std::string& secret) {
  return "Basic " + crypto::base64_encode(id + ":" + secret);
}

HttpCall OAuthScenario::by_member(const std::string& path, const Fields& fields) const {
  return oauth_call(path, fields).with("Authorization", basic(kMember, secret_));
}

Reply OAuthScenario::token_by_basic(const std::string& id, const std::string& secret) {
  return ask(oauth_call(kTokenPath, {{"grant_type", "client_credentials"}}).with("Authorization", basic(id, secret)));
}

std::string OAuthScenario::fresh_token(const std::string& id) {
  const auto reply = token_by_basic(id, id == kMember ? secret_ : other_secret_);
  EXPECT_THAT(reply, is_oauth_answer());
  return reply.text("access_token");
}

boost::json::object OAuthScenario::introspect(const std::string& token) {
  const auto reply = ask(by_member(kIntrospectPath, {{"token", token}}));
  EXPECT_THAT(reply, is_oauth_answer());
  return reply.has("active") ? reply.json() : boost::json::object{{"active", false}};
}

testing::Matcher<const Reply&> is_oauth_error(unsigned status, const std::string& error) {
  return fits_oauth(status, error, status == 401 ? std::string(R"(Basic realm="sahamati")") : std::string());
}

testing::Matcher<const Reply&> is_bearer_refused() {
  return fits_oauth(401U, std::string("invalid_token"),
                    std::string(R"(Bearer realm="sahamati", error="invalid_token")"));
}

testing::Matcher<const Reply&> is_oauth_answer() { return fits_oauth(200U, std::string(), std::string()); }

}  // namespace dwarpal::test
