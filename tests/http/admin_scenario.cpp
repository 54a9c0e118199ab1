#include "http/admin_scenario.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <ranges>

namespace dwarpal::test {

HttpCall AdminScenario::call(std::string method, const std::string& path, const boost::json::object& body) {
  HttpCall call{.method = std::move(method), .path = "/admin/v1" + path};
  if (body.empty()) return call;
  call.body = boost::json::serialize(body);
  return call.with("Content-Type", "application/json");
}

Reply AdminScenario::look(const std::string& path) { return ask(call("GET", path).by(token_of(kOperator))); }

Reply AdminScenario::act(const std::string& path, const boost::json::object& body) {
  return ask(call("POST", path, body).by(token_of(kOperator)));
}

std::vector<std::string> AdminScenario::each(const Reply& reply, std::string_view member) {
  std::vector<std::string> values;
  EXPECT_THAT(reply, is_answered());
  const auto body = reply.json();
  for (const auto& item : body.at("items").as_array()) values.emplace_back(item.at(member).as_string());
  return values;
}

std::vector<std::string> AdminScenario::in_pages_of(int limit, const std::string& path, std::string_view member) {
  std::vector<std::string> values;
  for (std::string after;;) {
    const auto page = look(path + "limit=" + std::to_string(limit) + "&after=" + form_encoded(after));
    const auto items = each(page, member);
    EXPECT_LE(items.size(), static_cast<std::size_t>(limit));
    values.insert(values.end(), items.begin(), items.end());
    if (!page.has("next")) return values;
    after = page.text("next");
  }
}

std::vector<std::string> AdminScenario::refusals_on_record() {
  std::vector<std::string> actions;
  for (const auto& event : events()) {
    if (event.at("outcome") != "refused") continue;
    const auto* actor = event.if_contains("actor");
    actions.push_back(std::string(event.at("action").as_string()) + " " +
                      (actor == nullptr ? "nobody" : std::string(actor->as_string())));
  }
  return actions;
}

boost::json::object AdminScenario::newest_record_of(std::string_view action) {
  for (const auto& event : events() | std::views::reverse) {
    if (event.at("action").as_string() == action) return event;
  }
  ADD_FAILURE() << "no record of " << action;
  return {};
}

std::vector<boost::json::object> AdminScenario::events() {
  EXPECT_TRUE(node().token_events.flush());
  const auto records =
      node().store.read([](core::Transaction& transaction) { return transaction.audit().records_after({}, 100'000); });
  std::vector<boost::json::object> found;
  for (const auto& record : records.value()) found.push_back(boost::json::parse(record.event).as_object());
  return found;
}

}  // namespace dwarpal::test
