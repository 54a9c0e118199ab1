// /admin/v1: what an operator sees of tokens in sum, and of the state of the node.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "http/admin_scenario.hpp"

namespace dwarpal::test {
namespace {

class AdminState : public AdminScenario {
 protected:
  /// "hours after the start, entity, issued/refused" of each item.
  std::vector<std::string> counts(const std::string& query = {}) {
    const auto reply = look("/statistics/tokens" + query);
    EXPECT_THAT(reply, is_answered());
    std::vector<std::string> lines;
    const auto body = reply.json();
    for (const auto& item : body.at("items").as_array()) {
      const auto* id = item.get_object().if_contains("entityId");
      const auto hours = (item.at("hour").as_int64() - unix_milliseconds(start_)) / 3'600'000;
      lines.push_back(std::to_string(hours) + " " + (id == nullptr ? "nobody" : std::string(id->as_string())) + " " +
                      std::to_string(item.at("issued").as_int64()) + "/" +
                      std::to_string(item.at("refused").as_int64()));
    }
    return lines;
  }
  static std::string milliseconds(Instant instant) { return std::to_string(unix_milliseconds(instant)); }
};

using Lines = std::vector<std::string>;

TEST_F(AdminState, CountsTokensIssuedAndRefusedByHourAndEntity) {
  EXPECT_EQ(counts(), Lines{});
  const auto secret = reset().text("secret");
  for (int time = 0; time < 3; ++time) use(secret);
  use("wrong");
  EXPECT_EQ(counts(), (Lines{"0 FIP-1 3/1"}));
  at(start_ + 1h);
  entity_token(secret, "NOBODY");
  EXPECT_EQ(counts(), (Lines{"1 nobody 0/1", "0 FIP-1 3/1"}));
  at(start_ + 2h);
  use(secret);
  make_member("aa", "AA-1");

  EXPECT_EQ(counts("?entityId=FIP-1"), (Lines{"2 FIP-1 1/0", "0 FIP-1 3/1"}));
  EXPECT_EQ(counts("?entityId=AA-1"), Lines{});
  EXPECT_THAT(look("/statistics/tokens?entityId=NOBODY"), is_refused(404, "Entity not found"));
  EXPECT_EQ(counts("?since=" + milliseconds(start_ + 1h)), (Lines{"2 FIP-1 1/0", "1 nobody 0/1"}));
  EXPECT_EQ(counts("?since=" + milliseconds(start_ + 1h + 1ms)), (Lines{"2 FIP-1 1/0"}));
  EXPECT_EQ(counts("?until=" + milliseconds(start_ + 1h)), (Lines{"0 FIP-1 3/1"}));

  Lines in_pages;
  for (std::string after;;) {
    const auto query = "?limit=1&after=" + after;
    std::ranges::copy(counts(query), std::back_inserter(in_pages));
    const auto page = look("/statistics/tokens" + query);
    if (!page.has("next")) break;
    after = page.text("next");
  }
  EXPECT_EQ(in_pages, counts());
}

TEST_F(AdminState, TellsTheHealthOfTheNode) {
  at(start_ + 90s);
  EXPECT_THAT(post("/user/register", {{"email", "invited@setu.test"}, {"firstName", "Tara"}, {"lastName", "Sen"}},
                   token_of(kOperator)),
              is_answered());
  const auto reply = look("/health");
  EXPECT_THAT(
      reply, is_answered({{"profile", "sandbox"},
                          {"startedOn", unix_milliseconds(start_)},
                          {"uptimeSeconds", 90},
                          {"clock",
                           {{"now", unix_milliseconds(start_ + 90s)}, {"trusted", true}, {"behindMilliseconds", 0}}}}));
  const auto body = reply.json();
  EXPECT_FALSE(body.at("version").as_string().empty());
  EXPECT_GE(body.at("store").at("schema").as_int64(), 1);
  EXPECT_EQ(body.at("outbox").at("givenUp"), 0);
  EXPECT_EQ(body.at("outbox").at("waiting"), 1);
  EXPECT_EQ(body.at("outbox").at("oldestWaitingOn"), unix_milliseconds(start_ + 90s));
  EXPECT_GT(body.at("store").at("sizeBytes").as_int64(), 4096);
  EXPECT_EQ(body.at("audit").at("chain"), 1);
  EXPECT_GT(body.at("audit").at("number").as_int64(), 1);
  EXPECT_EQ(body.at("audit").at("oldestOn"), unix_milliseconds(start_));
  EXPECT_GE(body.at("audit").at("waiting").as_int64(), 0);
}

TEST_F(AdminState, TellsOfTheSigningKeysThatSignNowAndNext) {
  const auto now = [&] { return look("/health").json().at("signingKeys").as_array(); };
  const auto active = node().key_ring.active().text();
  ASSERT_EQ(now().size(), 1U);
  EXPECT_EQ(now()[0].at("kid").as_string(), active);
  EXPECT_EQ(now()[0].at("state"), "ACTIVE");
  EXPECT_EQ(now()[0].at("signsUntil"), unix_milliseconds(day(90)));

  const auto pending = act("/keys/rotate").text("kid");
  const auto planned = now();
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_EQ(planned[0].at("signsUntil"), unix_milliseconds(day(14)));
  EXPECT_EQ(planned[1].at("kid").as_string(), pending);
  EXPECT_EQ(planned[1].at("state"), "PENDING");
  EXPECT_EQ(planned[1].at("signsFrom"), unix_milliseconds(day(14)));

  EXPECT_THAT(act("/keys/rotate", {{"now", true}}), is_answered());
  ASSERT_EQ(now().size(), 1U) << "a retired key signs no more";
  EXPECT_EQ(now()[0].at("kid").as_string(), pending);
}

TEST_F(AdminState, TellsHowFarTheClockIsBehindAsLongAsAnythingCanBeDecided) {
  const auto token = token_of(kOperator);
  EXPECT_TRUE(node().token_events.flush());
  at(start_ - 60s);
  EXPECT_EQ(ask(call("GET", "/health").by(token)).json().at("clock"),
            (boost::json::value{
                {"now", unix_milliseconds(start_ - 60s)}, {"trusted", true}, {"behindMilliseconds", 60'000}}));
  at(start_ - 60s - 1ms);
  EXPECT_THAT(ask(call("GET", "/health").by(token)), is_refused_naming(503, "unavailable"));
}

}  // namespace
}  // namespace dwarpal::test
