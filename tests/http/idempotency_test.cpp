// The header Idempotency-Key on a reset.
#include <array>
#include <barrier>
#include <future>
#include <thread>

#include "core/entity/entity_secret.hpp"
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

const std::string kReplaced = "The secret that was made under this Idempotency-Key has been replaced since";
const std::string kAnother = "The Idempotency-Key was used with another secretExpiryDays or revokeOld";
const std::string kStillRunning = "The first call under this Idempotency-Key still runs";

class Idempotency : public Scenario {
 protected:
  HttpCall reset_call(const std::string& key, const boost::json::object& more = {}) {
    boost::json::object body{{"entityId", kMember}};
    for (const auto& member : more) body.insert(member);
    return json_call("POST", "/entity/secret/reset", body, token_of(kAdmin)).with("Idempotency-Key", key);
  }
  Reply reset_under(const std::string& key, const boost::json::object& more = {}) { return ask(reset_call(key, more)); }
  [[nodiscard]] Reply ask_beside(const HttpCall& call) const {
    http::TestClient client(port_);
    auto answer = client.ask(call.bytes());
    return answer ? Reply{.status = answer->status, .headers = answer->headers, .body = answer->body} : Reply{};
  }
  void SetUp() override {
    Scenario::SetUp();
    port_ = network().port();
  }
  std::int64_t secrets() {
    const auto newest = node().store.read([](core::Transaction& transaction) -> Result<std::int64_t> {
      const auto entity = TRY(transaction.entities().find(EntityId(kMember)));
      const auto secret = TRY(transaction.secrets().newest(entity->uuid));
      return secret ? secret->state.number : 0;
    });
    return newest.value();
  }
  static bool is_replay(const Reply& reply) { return reply.header("idempotency-replayed") == "true"; }

  std::uint16_t port_ = 0;
};

TEST_F(Idempotency, ARetryGetsTheFirstAnswerWordForWordAndNoOtherSecret) {
  const auto first = reset_under("key-1", {{"txnId", "first"}, {"secretExpiryDays", 30}});
  EXPECT_THAT(first, is_answered({{"txnId", "first"}, {"timestamp", iso8601(start_)}}));
  EXPECT_FALSE(first.headers.contains("idempotency-replayed"));
  at(start_ + 1h);
  const auto again = reset_under("key-1", {{"txnId", "second"}, {"secretExpiryDays", "30"}, {"revokeOld", false}});
  EXPECT_THAT(again, is_answered());
  EXPECT_TRUE(is_replay(again));
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(secrets(), 1);
  EXPECT_EQ(use(first.text("secret")), "ok");
}

TEST_F(Idempotency, WithoutTheHeaderEachCallResets) {
  EXPECT_NE(reset().text("secret"), reset().text("secret"));
  EXPECT_EQ(secrets(), 2);
}

TEST_F(Idempotency, AKeyIsGoodFor24Hours) {
  const auto first = reset_under("key-1");
  at(day(1) - 1ms);
  EXPECT_TRUE(is_replay(reset_under("key-1")));
  at(day(1));
  const auto next = reset_under("key-1");
  EXPECT_THAT(next, is_answered());
  EXPECT_FALSE(is_replay(next));
  EXPECT_NE(next.text("secret"), first.text("secret"));
}

TEST_F(Idempotency, ASecondUserWithTheSameKeyMakesACallOfTheirOwn) {
  make_user("second@fip-1.test");
  make_admin("second@fip-1.test");
  const auto first = reset_under("key-1");
  const auto other =
      ask(json_call("POST", "/entity/secret/reset", {{"entityId", kMember}}, token_of("second@fip-1.test"))
              .with("Idempotency-Key", "key-1"));
  EXPECT_THAT(other, is_answered());
  EXPECT_FALSE(is_replay(other));
  EXPECT_NE(other.text("secret"), first.text("secret"));
}

TEST_F(Idempotency, AnotherRequestUnderTheSameKeyIsAConflict) {
  EXPECT_THAT(reset_under("key-1", {{"secretExpiryDays", 30}}), is_answered());
  for (const boost::json::object& more :
       {boost::json::object{}, {{"secretExpiryDays", 31}}, {{"secretExpiryDays", 30}, {"revokeOld", true}}}) {
    const auto reply = reset_under("key-1", more);
    EXPECT_THAT(reply, is_refused(409, kAnother));
    EXPECT_FALSE(reply.headers.contains("retry-after"));
  }
  EXPECT_EQ(secrets(), 1);
}

TEST_F(Idempotency, ASecretThatIsNoLongerTheNewestIsAConflict) {
  const auto first = reset_under("key-1");
  reset();
  EXPECT_THAT(reset_under("key-1"), is_refused(409, kReplaced));
  EXPECT_EQ(secrets(), 2);
  EXPECT_EQ(use(first.text("secret")), replaced_warning(day(5)));
}

TEST_F(Idempotency, TokenAndRightsAreCheckedFirstEachTime) {
  EXPECT_THAT(reset_under("key-1"), is_answered());
  const auto call = json_call("POST", "/entity/secret/reset", {{"entityId", kMember}}).with("Idempotency-Key", "key-1");
  EXPECT_THAT(ask(call), is_refused(401, kBadToken));
  EXPECT_THAT(ask(call.by("a.b.c")), is_refused(401, kBadToken));
  EXPECT_THAT(ask(call.by(token_of(kOperator))), is_refused(401, kBadEntity));
  const auto admin = token_of(kAdmin);
  EXPECT_THAT(erase("/entity/user/remove", {{"email", kAdmin}, {"entityId", kMember}}, token_of(kOperator)),
              is_answered());
  EXPECT_THAT(ask(call.by(admin)), is_refused(401, kBadEntity));
  make_admin(kAdmin);
  suspend_entity();
  EXPECT_THAT(ask(call.by(admin)), is_refused(401, kBadEntity));
  resume_entity();
  EXPECT_TRUE(is_replay(ask(call.by(admin))));
}

TEST_F(Idempotency, AKeyIs1To255VisibleAsciiCharactersInOneHeader) {
  for (const std::string& key : {std::string(256, 'x'), std::string("two words"), std::string("schl\xC3\xBCssel")}) {
    EXPECT_THAT(reset_under(key), is_refused_naming(400, "Idempotency-Key")) << key;
  }
  EXPECT_THAT(reset_under(""), is_refused_naming(400, "Idempotency-Key"));
  EXPECT_THAT(ask(reset_call("key-1").with("Idempotency-Key", "key-2")), is_refused_naming(400, "Idempotency-Key"));
  EXPECT_THAT(ask(reset_call("key-1").with("idempotency-key", "key-1")), is_refused_naming(400, "Idempotency-Key"));
  EXPECT_EQ(secrets(), 0);
  for (const std::string& key : {std::string(255, 'x'), std::string("x"), std::string(R"("quoted")")}) {
    EXPECT_THAT(reset_under(key), is_answered()) << key;
    EXPECT_TRUE(is_replay(reset_under(key))) << key;
  }
}

TEST_F(Idempotency, TheKeyIsAFieldInTheOrderOfChecks) {
  const auto bad = reset_call("two words");
  EXPECT_THAT(ask(bad.with_body("{")), is_refused_naming(400, "JSON"));
  EXPECT_THAT(ask(bad.without("Authorization")), is_refused(401, kBadToken));
  EXPECT_THAT(ask(bad.without("Authorization").by(token_of(kOperator))), is_refused_naming(400, "Idempotency-Key"));
}

TEST_F(Idempotency, OtherCallsDoNotLookAtTheHeader) {
  reset();
  const auto read_call = json_call("POST", "/entity/secret/read", {{"entityId", kMember}}, token_of(kAdmin));
  for (const auto& call : {read_call.with("Idempotency-Key", "key-1"), read_call.with("Idempotency-Key", "two words"),
                           read_call.with("Idempotency-Key", "a").with("Idempotency-Key", "b")}) {
    EXPECT_THAT(ask(call), is_answered());
    EXPECT_FALSE(is_replay(ask(call)));
  }
}

TEST_F(Idempotency, OfTwoCallsAtTheSameInstantOneMakesTheSecretAndTheOtherGetsItOrIsAskedToComeBack) {
  for (int round = 1; round <= 10; ++round) {
    const auto call = reset_call("key-" + std::to_string(round));
    std::array<Reply, 2> replies;
    std::barrier start(2);
    const auto ask_once = [&](Reply& reply) {
      start.arrive_and_wait();
      reply = ask_beside(call);
    };
    {
      const std::jthread other([&] { ask_once(replies[1]); });
      ask_once(replies[0]);
    }
    const bool second_was_first = replies[0].status != 200 || is_replay(replies[0]);
    const auto& first = replies.at(second_was_first ? 1 : 0);
    const auto& second = replies.at(second_was_first ? 0 : 1);
    EXPECT_THAT(first, is_answered());
    if (second.status == 200) {
      EXPECT_TRUE(is_replay(second));
      EXPECT_EQ(second.body, first.body);
    } else {
      EXPECT_THAT(second, is_refused(409, kStillRunning));
    }
    EXPECT_EQ(secrets(), round);
  }
}

TEST_F(Idempotency, WhileTheFirstCallRunsAnotherIsAskedToComeBack) {
  const auto call = reset_call("key-1");
  ASSERT_TRUE(node().token_events.flush());
  std::promise<Reply> first_reply;
  auto first = first_reply.get_future();
  std::promise<Reply> second_reply;
  auto second = second_reply.get_future();
  std::vector<std::jthread> callers;
  // Nobody else writes while we do, so that the first call cannot end.
  const auto held = node().store.write([&](core::Transaction&) -> Result<> {
    for (int caller = 0; caller < 2; ++caller) {
      callers.emplace_back([&, this] {
        auto reply = ask_beside(call);
        if (reply.status == 200) first_reply.set_value(std::move(reply));
        else second_reply.set_value(std::move(reply));
      });
    }
    second.wait();
    return {};
  });
  ASSERT_TRUE(held);
  const auto refused = second.get();
  EXPECT_THAT(refused, is_refused(409, kStillRunning));
  EXPECT_EQ(refused.header("retry-after"), "1");
  const auto done = first.get();
  EXPECT_THAT(done, is_answered());
  EXPECT_TRUE(is_replay(reset_under("key-1")));
  EXPECT_EQ(secrets(), 1);
}

}  // namespace
}  // namespace dwarpal::test
