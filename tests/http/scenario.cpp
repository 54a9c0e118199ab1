#include "http/scenario.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/text.hpp"

namespace dwarpal::test {

namespace {

constexpr std::string_view kBase = "/iam/v1";

core::Email email_of(const std::string& text) { return *core::Email::parse(text); }

template <typename T>
void expect_done(const Result<T>& result) {
  EXPECT_TRUE(result) << result.error().message;
}

std::string admin_of(const std::string& id) { return "admin@" + to_lower(id) + ".test"; }

}  // namespace

std::string form_encoded(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

Scenario::Scenario() {
  settings_.data_directory = directory_.path();
  settings_.profile = core::Profile::Sandbox;
  settings_.policy.public_base_url = "https://iam.setu.test";
  settings_.policy.network_name = "Setu";
  settings_.server.port = 0;
  settings_.server.loops = 2;
  settings_.server.trusted_proxies = {"127.0.0.1"};  // so that X-Forwarded-For makes other addresses
}

void Scenario::SetUp() {
  network_ = std::make_unique<RunningNetwork>(std::move(settings_), clock_);
  client_ = std::make_unique<http::TestClient>(network_->port());
  const core::NewUser person{.email = email_of(kOperator), .first_name = "Asha", .last_name = "Rao", .mobile = {}};
  expect_done(node().accounts.create_operator(person, Secret::copy_of(kPassword), command_line()));
  make_member("fip", kMember);
}

HttpCall Scenario::json_call(std::string method, std::string_view path, const boost::json::object& body,
                             const std::string& token) {
  return HttpCall{.method = std::move(method),
                  .path = std::string(kBase).append(path),
                  .headers = {{"Content-Type", "application/json"}},
                  .body = boost::json::serialize(body)}
      .by(token);
}

HttpCall Scenario::form_call(std::string_view path, std::string body) {
  return {.path = std::string(kBase).append(path),
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = std::move(body)};
}

HttpCall Scenario::get_call(std::string path) { return {.method = "GET", .path = std::move(path)}; }

Reply Scenario::ask(const HttpCall& call) {
  client_->send(call.bytes());
  auto answer = client_->receive(call.method != "HEAD");
  if (!answer) {
    ADD_FAILURE() << "no answer to " << call.method << " " << call.path;
    answer.emplace();
  }
  if (answer->status == 0 || answer->headers.contains("connection")) {
    client_ = std::make_unique<http::TestClient>(network_->port());
  }
  return {.status = answer->status, .headers = std::move(answer->headers), .body = std::move(answer->body)};
}

Reply Scenario::post(std::string_view path, const boost::json::object& body, const std::string& token) {
  return ask(json_call("POST", path, body, token));
}

Reply Scenario::put(std::string_view path, const boost::json::object& body, const std::string& token) {
  return ask(json_call("PUT", path, body, token));
}

Reply Scenario::erase(std::string_view path, const boost::json::object& body, const std::string& token) {
  return ask(json_call("DELETE", path, body, token));
}

Reply Scenario::form(std::string_view path, std::string body) { return ask(form_call(path, std::move(body))); }

Reply Scenario::get(std::string path) { return ask(get_call(std::move(path))); }

Reply Scenario::sign_in(const std::string& email, const std::string& password) {
  return form("/user/token/generate", "username=" + form_encoded(email) + "&password=" + form_encoded(password));
}

std::string Scenario::token_of(const std::string& email) {
  auto& [made_at, token] = tokens_[email];
  if (token.empty() || made_at != clock_.now()) {
    const auto reply = sign_in(email);
    EXPECT_THAT(reply, is_answered()) << email;
    made_at = clock_.now();
    token = reply.text("accessToken");
  }
  return token;
}

void Scenario::make_user(const std::string& email) {
  EXPECT_THAT(
      post("/user/register", {{"email", email}, {"firstName", "Ravi"}, {"lastName", "Nair"}}, token_of(kOperator)),
      is_answered());
  activate(email);
}

void Scenario::make_admin(const std::string& email, const std::string& entity) {
  EXPECT_THAT(put("/entity/user/add", {{"email", email}, {"entityId", entity}}, token_of(kOperator)), is_answered());
}

void Scenario::activate(const std::string& email) {
  EXPECT_THAT(
      post("/user/activation/password", {{"token", network().newest_link_token(email)}, {"password", kPassword}}),
      is_answered({{"message", "Password has been set."}}));
}

void Scenario::suspend_user(const std::string& email) {
  expect_done(node().accounts.suspend(email_of(email), "an incident", command_line()));
}

void Scenario::resume_user(const std::string& email) {
  expect_done(node().accounts.resume(email_of(email), command_line()));
}

boost::json::object Scenario::registration(std::string_view type, const std::string& id) {
  std::ifstream file(std::string(DWARPAL_EXAMPLES "/").append(type).append(".json"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto request = boost::json::parse(text).as_object();
  request["user"].as_object()["email"] = admin_of(id);
  auto& info = request["entityinfo"].as_object();
  info["id"] = id;
  info["code"] = id;
  if (type == "aa") info["entityhandle"] = "@" + to_lower(id);
  info["certificate"].as_object()["kid"] = "key-of-" + id;
  return request;
}

void Scenario::make_member(std::string_view type, const std::string& id) {
  EXPECT_THAT(post("/entity/register", registration(type, id), token_of(kOperator)), is_answered());
  activate(admin_of(id));
}

void Scenario::suspend_entity(const std::string& id) {
  expect_done(node().entities.suspend(EntityId(id), "an incident", command_line()));
}

void Scenario::resume_entity(const std::string& id) {
  expect_done(node().entities.resume(EntityId(id), command_line()));
}

void Scenario::deregister_entity(const std::string& id) {
  expect_done(node().entities.deregister(EntityId(id), "left the network", command_line()));
}

Reply Scenario::reset(std::optional<int> days) {
  boost::json::object body{{"entityId", kMember}};
  if (days) body["secretExpiryDays"] = *days;
  auto reply = post("/entity/secret/reset", body, token_of(kAdmin));
  EXPECT_THAT(reply, is_answered({{"entityId", kMember}}));
  return reply;
}

Reply Scenario::read() { return post("/entity/secret/read", {{"entityId", kMember}}, token_of(kAdmin)); }

Reply Scenario::entity_token(const std::string& secret, const std::string& id) {
  return form("/entity/token/generate", "id=" + form_encoded(id) + "&secret=" + form_encoded(secret));
}

std::string Scenario::use(const std::string& secret) {
  const auto reply = entity_token(secret);
  if (reply.status == 200) {
    EXPECT_THAT(reply, is_answered({{"expiresIn", 86'400}, {"tokenType", "Bearer"}}));
    return reply.has("message") ? reply.text("message") : "ok";
  }
  EXPECT_THAT(reply, is_refused(401, kBadSecret));
  return "401";
}

std::string Scenario::expired_warning() {
  return "The secret for entity with ID FIP-1 is expired and within the grace period";
}

std::string Scenario::replaced_warning(Instant until) {
  return "The secret for entity with ID FIP-1 has been replaced and is within the grace period until " + iso8601(until);
}

}  // namespace dwarpal::test
