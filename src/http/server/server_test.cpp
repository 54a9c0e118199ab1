// What a well-behaved client sees, and how the server starts and stops.
#include "http/server/server.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <latch>
#include <set>
#include <thread>

#include "http/server/server_fixture.hpp"

namespace dwarpal::http {
namespace {

using namespace std::chrono_literals;

TEST_F(ServerTest, AnswersRequestAfterRequestOnOneConnection) {
  start();
  auto client = connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask(post_echo(3));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, "POSTxxx");
    EXPECT_EQ(answer->headers.at("content-type"), "text/plain");
    EXPECT_FALSE(answer->headers.contains("connection"));
    EXPECT_FALSE(answer->headers.contains("server"));
  }
}

TEST_F(ServerTest, AnswersWithTheDateOfItsClock) {
  start();
  EXPECT_EQ(connect().ask(kGetEcho)->headers.at("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
}

TEST_F(ServerTest, GivesEachRequestAnIdOfItsOwn) {
  service_.add({.path = "/id", .handle = [](const Request& request) { return Response{.body = request.request_id}; }});
  start();
  std::set<std::string> ids;
  for (int connection = 0; connection < 8; ++connection) {
    auto client = connect();
    for (int i = 0; i < 2; ++i) {
      const auto answer = client.ask("GET /id HTTP/1.1\r\nHost: test\r\n\r\n");
      EXPECT_EQ(answer->body, answer->headers.at("x-request-id"));
      ids.insert(answer->body);
    }
  }
  EXPECT_EQ(ids.size(), 16U);
}

TEST_F(ServerTest, LetsAnAnswerWaitUntilItIsToldFromAnotherThread) {
  std::promise<std::function<void(bool)>> waiting;
  for (const auto execution : {Execution::Inline, Execution::Store}) {
    service_.add({.path = execution == Execution::Inline ? "/inline" : "/pool",
                  .execution = execution,
                  .handle = [&waiting](const Request&) {
                    return Response{.body = "answer", .wait_for = [&waiting](std::function<void(bool)> told) {
                                      waiting.set_value(std::move(told));
                                    }};
                  }});
  }
  start();
  auto client = connect();
  for (const auto* path : {"/inline", "/pool"}) {
    waiting = {};
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n\r\n" + std::string(kGetEcho));
    const auto told = waiting.get_future().get();
    // The loop goes on meanwhile.
    EXPECT_EQ(connect().ask(kGetEcho)->status, 200U);
    std::thread(told, true).join();
    EXPECT_EQ(client.receive()->body, "answer");
    EXPECT_EQ(client.receive()->body, "GET");
  }
}

TEST_F(ServerTest, RefusesInPlaceOfAnAnswerThatMayNotGoOut) {
  service_.add({.path = "/never", .handle = [](const Request&) {
                  return Response{.body = "a token",
                                  .wait_for = [](const std::function<void(bool)>& told) { told(false); }};
                }});
  start();
  auto client = connect();
  const auto answer = client.ask("GET /never HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(answer->status, 503U);
  EXPECT_EQ(answer->headers.at("retry-after"), "1");
  EXPECT_FALSE(answer->body.contains("a token"));
  EXPECT_EQ(client.ask(kGetEcho)->status, 200U);
}

TEST_F(ServerTest, FinishesAnAnswerThatWaitsBeforeItStops) {
  std::promise<std::function<void(bool)>> waiting;
  service_.add({.path = "/waits", .handle = [&waiting](const Request&) {
                  return Response{.body = "answer", .wait_for = [&waiting](std::function<void(bool)> told) {
                                    waiting.set_value(std::move(told));
                                  }};
                }});
  auto& running = start();
  auto client = connect();
  client.send("GET /waits HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto told = waiting.get_future().get();
  running.server().stop();
  told(true);
  EXPECT_EQ(client.receive()->body, "answer");
  running.join();
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  // The first is the slow one: it runs on a pool.
  service_.add({.path = "/pool", .execution = Execution::Store, .handle = [](const Request&) {
                  return Response{.body = "pool"};
                }});
  start();
  auto client = connect();
  client.send("GET /pool HTTP/1.1\r\nHost: test\r\n\r\n" + std::string(kGetEcho) + post_echo(2) +
              std::string(kGetEcho));
  EXPECT_EQ(client.receive()->body, "pool");
  EXPECT_EQ(client.receive()->body, "GET");
  EXPECT_EQ(client.receive()->body, "POSTxx");
  EXPECT_EQ(client.receive()->body, "GET");
}

TEST_F(ServerTest, UnderstandsARequestThatArrivesByteByByte) {
  start();
  auto client = connect();
  for (const char letter : post_echo(5)) client.send({&letter, 1});
  EXPECT_EQ(client.receive()->body, "POSTxxxxx");
}

TEST_F(ServerTest, ReadsAChunkedBodyAndPassesItsTrailersOver) {
  service_.add({.method = Method::Post, .path = "/trailer", .handle = [](const Request& request) {
                  return Response{.body = request.body + (request.header("Authorization") ? "!" : "")};
                }});
  start();
  auto client = connect();
  const auto answer = client.ask(
      "POST /trailer HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3;name=value\r\nabc\r\n2\r\nde\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
  EXPECT_EQ(answer->body, "abcde");
  EXPECT_EQ(client.ask(kGetEcho)->status, 200U);
}

TEST_F(ServerTest, SplitsTheTargetIntoPathAndQuery) {
  service_.add({.path = "/a%20b", .handle = [](const Request& request) {
                  return Response{.body = request.target_path + "|" + request.query};
                }});
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("GET /a%20b?c=d?e HTTP/1.1\r\nHost: test\r\n\r\n")->body, "/a%20b|c=d?e");
  EXPECT_EQ(client.ask("GET HTTP://other:80/a%20b?c HTTP/1.1\r\nHost: test\r\n\r\n")->body, "/a%20b|c");
  EXPECT_EQ(client.ask("GET http://other HTTP/1.1\r\nHost: test\r\n\r\n")->status, 404U);
}

TEST_F(ServerTest, AnswersAHeadWithTheLengthOfTheBodyItLeavesOut) {
  start();
  auto client = connect();
  client.send("HEAD /echo HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto answer = client.receive(/*has_body=*/false);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->headers.at("content-length"), "4");
  EXPECT_EQ(client.ask(kGetEcho)->body, "GET");
}

TEST_F(ServerTest, TellsAClientThatAsksToGoOnWithItsBody) {
  start();
  auto client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: test\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive_line(), "HTTP/1.1 100 Continue");
  EXPECT_EQ(client.receive_line(), "");
  EXPECT_EQ(client.ask("ab")->body, "POSTab");
}

TEST_F(ServerTest, RefusesInsteadOfAskingForABodyThatNobodyWants) {
  start();
  for (const std::string_view request :
       {"POST /nowhere HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n"}) {
    auto client = connect();
    const auto answer = client.ask(request);
    EXPECT_TRUE(answer->status == 404 || answer->status == 413) << answer->status;
    EXPECT_EQ(answer->headers.at("connection"), "close");
    EXPECT_TRUE(client.sees_the_end());
  }
}

TEST_F(ServerTest, AnswersHttp10AndCloses) {
  start();
  auto client = connect();
  const auto answer = client.ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, ClosesWhenTheClientAsksForIt) {
  start();
  auto client = connect();
  const auto answer = client.ask("GET /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, ClosesWhenTheHandlerAsksForIt) {
  service_.add({.path = "/last", .handle = [](const Request&) { return Response{.close = true}; }});
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("GET /last HTTP/1.1\r\nHost: test\r\n\r\n")->headers.at("connection"), "close");
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, SendsNoLengthWhereThereIsNoContent) {
  service_.add({.path = "/none", .handle = [](const Request&) { return Response{.status = 204}; }});
  service_.add({.path = "/same", .handle = [](const Request&) { return Response{.status = 304, .body = "left out"}; }});
  start();
  auto client = connect();
  const auto none = client.ask("GET /none HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(none->status, 204U);
  EXPECT_FALSE(none->headers.contains("content-length"));
  const auto same = client.ask("GET /same HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(same->status, 304U);
  EXPECT_FALSE(same->headers.contains("content-length"));
  EXPECT_EQ(client.ask(kGetEcho)->status, 200U);
}

TEST_F(ServerTest, SendsAnAnswerOfManyMegabytes) {
  service_.add(
      {.path = "/big", .handle = [](const Request&) { return Response{.body = std::string(5'000'000, 'b')}; }});
  start();
  EXPECT_EQ(connect().ask("GET /big HTTP/1.1\r\nHost: test\r\n\r\n")->body.size(), 5'000'000U);
}

TEST_F(ServerTest, SendsOneLongTextToManyAndKeepsIt) {
  std::string long_text;
  for (int line = 0; long_text.size() < 3 * 1024 * 1024; ++line) long_text += std::to_string(line) + "\n";
  const auto shared = std::make_shared<const std::string>(long_text);
  service_.add({.path = "/shared", .handle = [&](const Request&) { return Response{.shared_body = shared}; }});
  start();
  auto client = connect();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client.ask("GET /shared HTTP/1.1\r\nHost: test\r\n\r\n")->body, long_text);
    client.send("HEAD /shared HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_EQ(client.receive(false)->headers.at("content-length"), std::to_string(long_text.size()));
  }
  EXPECT_EQ(*shared, long_text);
}

TEST_F(ServerTest, HoldsAnAnswerAsLongAsTheHandlerSays) {
  service_.add({.path = "/held", .handle = [](const Request&) { return Response{.hold_until_after_receipt = 30ms}; }});
  start();
  auto client = connect();
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(client.ask("GET /held HTTP/1.1\r\nHost: test\r\n\r\n")->status, 200U);
  EXPECT_GE(std::chrono::steady_clock::now() - asked, 30ms);
}

TEST_F(ServerTest, TriesTheLoopFirstAndThePoolWhenTheLoopHasNoAnswer) {
  std::thread::id loop;
  service_.add(
      {.path = "/either",
       .execution = Execution::Store,
       .handle = [&](const Request&) { return Response{.body = std::this_thread::get_id() == loop ? "loop" : "pool"}; },
       .handle_inline = [&](const Request& request) -> std::optional<Response> {
         loop = std::this_thread::get_id();
         if (request.query == "known") return Response{.body = "inline"};
         return std::nullopt;
       }});
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("GET /either?known HTTP/1.1\r\nHost: test\r\n\r\n")->body, "inline");
  EXPECT_EQ(client.ask("GET /either HTTP/1.1\r\nHost: test\r\n\r\n")->body, "pool");
}

TEST_F(ServerTest, BelievesAForwardingHeaderFromATrustedProxyOnly) {
  service_.add(
      {.path = "/who", .handle = [](const Request& request) { return Response{.body = request.client_address}; }});
  constexpr std::string_view kRequest =
      "GET /who HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.8\r\n\r\n";
  start();
  EXPECT_EQ(connect().ask(kRequest)->body, "127.0.0.1");
  settings_.trusted_proxies = {"127.0.0.0/8"};
  start();
  auto client = connect();
  EXPECT_EQ(client.ask(kRequest)->body, "203.0.113.9");
  EXPECT_EQ(client.ask("GET /who HTTP/1.1\r\nHost: test\r\n\r\n")->body, "127.0.0.1");
}

TEST_F(ServerTest, ListensOnIpv6WithOrWithoutBrackets) {
  for (const std::string host : {"[::1]", "::1"}) {
    settings_.host = host;
    auto& running = start();
    EXPECT_EQ(running.server().address(), "[::1]:" + std::to_string(running.port()));
    TestClient client(running.port(), "::1");
    EXPECT_EQ(client.ask(kGetEcho)->status, 200U);
  }
}

class ServerStart : public ServerTest {
 protected:
  Error refused() {
    auto server = Server::create(settings_, service_, clock_, random_, log_);
    EXPECT_FALSE(server);
    return server ? Error{} : server.error();
  }

  test::FixedClock clock_;
  CountingRandom random_;
  Log log_{LogLevel::Error, LogFormat::Text};
};

TEST_F(ServerStart, RefusesAPortThatIsTakenEvenByOneOfItsKind) {
  settings_.port = start().port();
  const auto error = refused();
  EXPECT_EQ(error.code, ErrorCode::InUse);
  EXPECT_TRUE(error.message.contains("server.listen: 127.0.0.1:" + std::to_string(settings_.port))) << error.message;
}

TEST_F(ServerStart, TakesThePortAgainAsSoonAsItIsFree) {
  {
    const RunningServer first(settings_, service_);
    settings_.port = first.port();
    TestClient client(first.port());
    EXPECT_EQ(client.ask("GET /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")->status, 200U);
  }
  start();
  EXPECT_EQ(connect().ask(kGetEcho)->status, 200U);
}

TEST_F(ServerStart, RefusesAnAddressThatIsNotOurs) {
  settings_.host = "192.0.2.1";
  const auto error = refused();
  EXPECT_EQ(error.code, ErrorCode::InvalidSetting);
  EXPECT_EQ(error.message, "server.listen: 192.0.2.1:0 is not an address of this machine");
}

TEST_F(ServerStart, RefusesAHostThatIsNotKnown) {
  settings_.host = "not a host";
  const auto error = refused();
  EXPECT_EQ(error.code, ErrorCode::InvalidSetting);
  EXPECT_EQ(error.message, "server.listen: the host \"not a host\" is not known");
}

TEST_F(ServerStart, RefusesATrustedProxyThatIsNoAddress) {
  settings_.trusted_proxies = {"10.0.0.0/8", "proxy"};
  EXPECT_EQ(refused().message, "server.trusted_proxies: \"proxy\" is neither an IP address nor a CIDR block");
}

TEST_F(ServerTest, StopsBeforeItRan) {
  auto& running = start();
  running.server().stop();
  running.server().stop();
  running.join();
}

TEST_F(ServerTest, FinishesWhatIsInFlightAndClosesWhatIsIdleWhenItStops) {
  std::latch begun(1);
  std::latch may_end(1);
  service_.add({.path = "/slow", .execution = Execution::Store, .handle = [&](const Request&) {
                  begun.count_down();
                  may_end.wait();
                  return Response{.body = "finished"};
                }});
  auto& running = start();
  auto fresh = connect();
  auto idle = connect();
  EXPECT_EQ(idle.ask(kGetEcho)->status, 200U);
  auto busy = connect();
  busy.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n" + std::string(kGetEcho));
  begun.wait();

  running.server().stop();
  EXPECT_TRUE(idle.sees_the_end());
  EXPECT_TRUE(fresh.sees_the_end());
  may_end.count_down();

  const auto answer = busy.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "finished");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(busy.sees_the_end());
  busy.close();
  running.join();
}

TEST_F(ServerTest, CutsOffWhatIsNotFinishedWithinTheDrainTime) {
  settings_.timeouts.drain = 10ms;
  auto& running = start();
  auto client = connect();
  client.send("GET /echo HTTP/1.1\r\n");
  EXPECT_EQ(connect().ask(kGetEcho)->status, 200U);
  running.server().stop();
  EXPECT_TRUE(client.sees_the_end());
  running.join();
}

}  // namespace
}  // namespace dwarpal::http
