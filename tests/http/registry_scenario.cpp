#include "http/registry_scenario.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace dwarpal::test {

namespace {

std::string broken_rule(const Reply& reply) {
  if (reply.header("content-type") != "application/json") return "Content-Type";
  if (reply.header("cache-control") != "no-store") return "Cache-Control";
  if (reply.header("x-request-id").empty()) return "X-Request-Id";
  if (reply.header("www-authenticate") != (reply.status == 401 ? "Bearer" : "")) return "WWW-Authenticate";
  const auto body = reply.json();
  if (body.size() != 2 || reply.number("responseCode") != reply.status) return "the body";
  return {};
}

class ResponseMatcher final : public testing::MatcherInterface<const Reply&> {
 public:
  ResponseMatcher(unsigned status, testing::Matcher<std::string> text) : status_(status), text_(std::move(text)) {}

  bool MatchAndExplain(const Reply& reply, testing::MatchResultListener* listener) const override {
    if (reply.status != status_) return false;
    if (const auto broken = broken_rule(reply); !broken.empty()) {
      *listener << "which breaks the registry's rules: " << broken;
      return false;
    }
    return text_.MatchAndExplain(reply.text("responseText"), listener);
  }

  void DescribeTo(std::ostream* stream) const override {
    *stream << status_ << " with a responseText that ";
    text_.DescribeTo(stream);
  }

 private:
  unsigned status_;
  testing::Matcher<std::string> text_;
};

}  // namespace

Reply RegistryScenario::read(const std::string& path, const std::string& token) {
  return ask(get_call("/cr" + path).by(token));
}

Reply RegistryScenario::write(const std::string& method, const std::string& type, const boost::json::object& body,
                              const std::string& token) {
  return ask(HttpCall{.method = method,
                      .path = "/cr/entityInfo/" + type,
                      .headers = {{"Content-Type", "application/json"}},
                      .body = boost::json::serialize(body)}
                 .by(token));
}

Reply RegistryScenario::deregister(const std::string& type, const std::string& id, const std::string& token) {
  return ask(HttpCall{.method = "DELETE", .path = "/cr/v2/entityInfo/" + type + "/" + id}.by(token));
}

void RegistryScenario::make_active(std::string_view type, const std::string& id) {
  if (id != kMember) make_member(type, id);
  token_of_entity(id);
}

std::string RegistryScenario::token_of_admin(const std::string& id) {
  return token_of("admin@" + to_lower(id) + ".test");
}

std::string RegistryScenario::token_of_entity(const std::string& id) {
  auto& [made_at, token] = entity_tokens_[id];
  if (token.empty() || made_at != clock_.now()) {
    const auto secret = post("/entity/secret/reset", {{"entityId", id}}, token_of_admin(id)).text("secret");
    const auto reply = entity_token(secret, id);
    EXPECT_THAT(reply, is_answered()) << id;
    made_at = clock_.now();
    token = reply.text("accessToken");
  }
  return token;
}

boost::json::object RegistryScenario::body_of(std::string_view type, const std::string& id) {
  auto body = registration(type, id);
  body.erase("user");
  return body;
}

boost::json::object RegistryScenario::newest_audit(const std::string& action) {
  const auto records =
      node().store.read([](core::Transaction& transaction) { return transaction.audit().newest({}, 100'000); });
  for (const auto& record : *records) {
    auto event = boost::json::parse(record.event).as_object();
    if (event.at("action").as_string() == action) return event;
  }
  return {};
}

std::vector<std::string> ids_in(const Reply& list) {
  boost::system::error_code error;
  const auto records = boost::json::parse(list.body, error);
  const bool is_list = list.status == 200 && !error && records.is_array() &&
                       list.header("content-type") == "application/json" && !list.header("etag").empty() &&
                       list.header("cache-control") == "private, no-cache" && list.header("vary") == "Authorization" &&
                       !list.header("x-request-id").empty();
  if (!is_list) return {"?"};
  std::vector<std::string> ids;
  for (const auto& record : records.get_array()) ids.emplace_back(record.at("entityinfo").at("id").as_string());
  return ids;
}

boost::json::object& info_of(boost::json::object& record) { return record.at("entityinfo").as_object(); }

testing::Matcher<const Reply&> is_response(unsigned status, const testing::Matcher<std::string>& text) {
  return testing::Matcher<const Reply&>(new ResponseMatcher(status, text));
}

testing::Matcher<const Reply&> is_written() { return is_response(200, std::string("200 OK")); }
testing::Matcher<const Reply&> is_unauthorized() { return is_response(401, std::string("401 UNAUTHORIZED")); }
testing::Matcher<const Reply&> is_not_found() { return is_response(404, std::string("Entity not found")); }
testing::Matcher<const Reply&> is_bad(const std::string& field) {
  return is_response(400, testing::AllOf(testing::StartsWith("400 BAD_REQUEST: "), testing::HasSubstr(field)));
}

}  // namespace dwarpal::test
