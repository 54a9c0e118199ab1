// What a client sees that sends too much, too slowly, or something wrong.
#include <gtest/gtest.h>

#include <array>
#include <latch>

#include "http/server/server.hpp"
#include "http/server/server_fixture.hpp"

namespace dwarpal::http {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

/// A request whose header has exactly that size.
std::string request_with_header_of(std::size_t size) {
  const std::string before = "GET /echo HTTP/1.1\r\nHost: test\r\nX-Fill: ";
  const std::string after = "\r\n\r\n";
  return before + std::string(size - before.size() - after.size(), 'f') + after;
}

TEST_F(ServerTest, TakesAHeaderUpToTheLimitAndRefusesOneByteMore) {
  settings_.header_limit = 1024;
  start();
  auto client = connect();
  EXPECT_EQ(client.ask(request_with_header_of(1024))->status, 200U);
  const auto answer = client.ask(request_with_header_of(1025));
  EXPECT_EQ(answer->status, 431U);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, RefusesAHeaderThatNeverEnds) {
  settings_.header_limit = 1024;
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("GET /echo HTTP/1.1\r\n" + std::string(100'000, 'x'))->status, 431U);
}

TEST_F(ServerTest, RefusesATargetThatIsLongerThanTheWholeHeaderMayBe) {
  settings_.header_limit = 1024;
  start();
  EXPECT_EQ(connect().ask("GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: test\r\n\r\n")->status, 414U);
}

TEST_F(ServerTest, TakesABodyUpToTheLimitAndRefusesOneByteMore) {
  start();
  auto client = connect();
  EXPECT_EQ(client.ask(post_echo(64 * 1024))->status, 200U);
  const auto answer = client.ask(post_echo(64 * 1024 + 1));
  EXPECT_EQ(answer->status, 413U);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, HoldsARouteToItsOwnBodyLimit) {
  service_.add(
      {.method = Method::Post, .path = "/small", .body_limit = 3, .handle = [](const Request&) { return Response{}; }});
  start();
  auto client = connect();
  const std::string head = "POST /small HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(client.ask(head + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")->status, 200U);
  EXPECT_EQ(client.ask(head + "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n")->status, 413U);
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, LetsAClientThatSendsAllItHasReadItsRefusal) {
  start();
  auto client = connect();
  EXPECT_EQ(client.ask(post_echo(900'000))->status, 413U);
}

TEST_F(ServerTest, RefusesTheUnknownPathAndMethodBeforeTheBody) {
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("POST /nowhere HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc")->status, 404U);
  EXPECT_EQ(client.ask(kGetEcho)->body, "GET") << "a body within the limit is read, and the connection goes on";
  const auto wrong_method = client.ask("PUT /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 999999\r\n\r\n");
  EXPECT_EQ(wrong_method->status, 405U);
  EXPECT_EQ(wrong_method->headers.at("allow"), "GET");
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, RefusesAnotherContentTypeThanTheRoutes) {
  service_.add({.method = Method::Post, .path = "/json", .body_kind = BodyKind::Json, .handle = [](const Request&) {
                  return Response{};
                }});
  service_.add({.method = Method::Get, .path = "/json", .body_kind = BodyKind::Json, .handle = [](const Request&) {
                  return Response{};
                }});
  start();
  auto client = connect();
  const auto status_with = [&](std::string_view method, std::string_view header) {
    return client.ask(std::string(method) + " /json HTTP/1.1\r\nHost: test\r\n" + std::string(header) + "\r\n")->status;
  };
  EXPECT_EQ(status_with("POST", "Content-Type: Application/JSON;charset=utf-8\r\n"), 200U);
  EXPECT_EQ(status_with("POST", ""), 200U);
  EXPECT_EQ(status_with("POST", "Content-Type: text/plain\r\n"), 415U);
  EXPECT_EQ(status_with("GET", "Content-Type: text/plain\r\n"), 200U);
  EXPECT_EQ(
      client.ask("POST /json HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain\r\nContent-Length: 65537\r\n\r\n")
          ->status,
      413U)
      << "the size comes before the kind";
}

class MalformedRequest : public ServerTest, public testing::WithParamInterface<std::string_view> {};

TEST_P(MalformedRequest, IsRefusedAndTheConnectionEnds) {
  start();
  auto client = connect();
  const auto answer = client.ask(GetParam());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400U);
  EXPECT_TRUE(client.sees_the_end());
}

constexpr auto kMalformedRequests = std::to_array<std::string_view>({
    "GET /echo HTTP/1.1\nHost: test\n\n",
    "GET /echo HTTP/1.1\r\nHost: test\nX: y\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: test\r\nX: a\rb\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: test\r\nX: a\r\n b\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: test\r\nX:\r\n\tb\r\n\r\n",
    "GET /echo HTTP/1.1\r\n Host: test\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: test\r\nX: a\0b\r\n\r\n"sv,
    "GET /echo HTTP/1.1\r\nHost: test\r\nX : a\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: test\r\nno colon\r\n\r\n",
    "GET /echo HTTP/1.1\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: test\r\nHost: test\r\n\r\n",
    "GET /echo HTTP/2.0\r\nHost: test\r\n\r\n",
    "GET /echo\r\nHost: test\r\n\r\n",
    "GET  /echo HTTP/1.1\r\nHost: test\r\n\r\n",
    "GET echo HTTP/1.1\r\nHost: test\r\n\r\n",
    "GET /echo#part HTTP/1.1\r\nHost: test\r\n\r\n",
    "GET http:///echo HTTP/1.1\r\nHost: test\r\n\r\n",
    "GET ftp://test/echo HTTP/1.1\r\nHost: test\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n",
    "CONNECT test:443 HTTP/1.1\r\nHost: test\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2, 2\r\n\r\nab",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: +2\r\n\r\nab",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: -2\r\n\r\nab",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 99999999999999999999999\r\n\r\nab",
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n",
    "\r\n\r\n\r\n",
    "\x16\x03\x01\x02\x01\x01\r\n\r\n",
});

INSTANTIATE_TEST_SUITE_P(Each, MalformedRequest, testing::ValuesIn(kMalformedRequests));

TEST_F(ServerTest, RefusesAChunkHeaderThatNeverEnds) {
  start();
  auto client = connect();
  const std::string endless(40'000, 'e');
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1;" + endless)->status,
            400U);
}

TEST_F(ServerTest, PassesAnEmptyLineBeforeARequestOver) {
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("\r\n" + std::string(kGetEcho))->status, 200U);
}

TEST_F(ServerTest, EndsAConnectionThatStaysIdle) {
  settings_.timeouts.idle = 10ms;
  start();
  auto client = connect();
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, TellsAClientWhoseHeaderArrivesTooSlowly) {
  settings_.timeouts.header = 10ms;
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("GET /echo HTTP/1.1\r\nHost:")->status, 408U);
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, TellsAClientWhoseBodyArrivesTooSlowly) {
  settings_.timeouts.body = 10ms;
  start();
  auto client = connect();
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nab")->status, 408U);
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(ServerTest, GivesUpAClientThatDoesNotReadItsAnswer) {
  settings_.timeouts.write = 10ms;
  std::latch answered(1);
  service_.add({.path = "/big", .handle = [&](const Request&) {
                  answered.count_down();
                  // More than the buffers of both sockets hold. NOLINTNEXTLINE(bugprone-string-constructor)
                  return Response{.body = std::string(50'000'000, 'b')};
                }});
  auto& running = start();
  auto client = connect();
  client.send("GET /big HTTP/1.1\r\nHost: test\r\n\r\n");
  answered.wait();
  running.server().stop();
  running.join();  // the session has ended though nothing was read
}

TEST_F(ServerTest, AnswersAtOnceThatAPoolIsFull) {
  settings_.store = {.threads = 1, .queue = 1};
  std::latch begun(1);
  std::latch may_end(1);
  service_.add({.path = "/slow", .execution = Execution::Store, .handle = [&](const Request& request) {
                  if (request.query == "first") begun.count_down();
                  may_end.wait();
                  return Response{.body = request.query};
                }});
  settings_.loops = 1;  // so that the second request is queued before the third is looked at
  start();
  auto first = connect();
  first.send("GET /slow?first HTTP/1.1\r\nHost: test\r\n\r\n");
  begun.wait();
  auto second = connect();
  second.send("GET /slow?second HTTP/1.1\r\nHost: test\r\n\r\n");
  auto third = connect();
  const auto refused = third.ask("GET /slow?third HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(refused->status, 503U);
  EXPECT_EQ(refused->headers.at("retry-after"), "1");
  EXPECT_EQ(third.ask(kGetEcho)->status, 200U) << "the connection goes on";
  may_end.count_down();
  EXPECT_EQ(first.receive()->body, "first");
  EXPECT_EQ(second.receive()->body, "second");
}

TEST_F(ServerTest, KeepsThePoolsApart) {
  settings_.password = {.threads = 1, .queue = 0};
  std::latch begun(1);
  std::latch may_end(1);
  service_.add({.path = "/password", .execution = Execution::Password, .handle = [&](const Request&) {
                  begun.count_down();
                  may_end.wait();
                  return Response{};
                }});
  service_.add({.path = "/store", .execution = Execution::Store, .handle = [](const Request&) { return Response{}; }});
  start();
  auto busy = connect();
  busy.send("GET /password HTTP/1.1\r\nHost: test\r\n\r\n");
  begun.wait();
  EXPECT_EQ(connect().ask("GET /password HTTP/1.1\r\nHost: test\r\n\r\n")->status, 503U);
  EXPECT_EQ(connect().ask("GET /store HTTP/1.1\r\nHost: test\r\n\r\n")->status, 200U);
  may_end.count_down();
  EXPECT_EQ(busy.receive()->status, 200U);
}

TEST_F(ServerTest, TellsAConnectionBeyondTheLimitAndServesTheOthers) {
  settings_.max_connections = 2;
  start();
  auto first = connect();
  auto second = connect();
  EXPECT_EQ(first.ask(kGetEcho)->status, 200U);
  EXPECT_EQ(second.ask(kGetEcho)->status, 200U);
  auto third = connect();
  const auto refused = third.ask(kGetEcho);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503U);
  EXPECT_EQ(refused->headers.at("retry-after"), "1");
  EXPECT_TRUE(third.sees_the_end());
  EXPECT_EQ(first.ask(kGetEcho)->status, 200U);
}

/// A request keeps the loop of its connection busy until it may end.
class BusyLoop : public ServerTest {
 protected:
  BusyLoop() {
    service_.add({.path = "/long", .handle = [this](const Request&) {
                    begun_.count_down();
                    may_end_.wait();
                    return Response{};
                  }});
  }

  void occupy_loop(const TestClient& client) {
    client.send("GET /long HTTP/1.1\r\nHost: test\r\n\r\n");
    begun_.wait();
  }

  std::latch may_end_{1};

 private:
  std::latch begun_{1};
};

TEST_F(BusyLoop, LetsAConnectionBeyondTheLimitBeToldSoAtOnce) {
  settings_.loops = 1;
  settings_.max_connections = 1;
  start();
  auto served = connect();
  occupy_loop(served);
  auto refused = connect();
  EXPECT_EQ(refused.ask(kGetEcho)->status, 503U);
  EXPECT_TRUE(refused.sees_the_end());
  may_end_.count_down();
  EXPECT_EQ(served.receive()->status, 200U);
}

TEST_F(BusyLoop, DoesNotGetTheNextConnection) {
  settings_.loops = 2;
  start();
  auto busy = connect();
  occupy_loop(busy);
  EXPECT_EQ(connect().ask(kGetEcho)->status, 200U);
  may_end_.count_down();
  EXPECT_EQ(busy.receive()->status, 200U);
}

class FailingHandler : public ServerTest, public testing::WithParamInterface<Execution> {};

TEST_P(FailingHandler, IsAnsweredWith500AndHarmsNobody) {
  service_.add({.path = "/fails", .execution = GetParam(), .handle = [](const Request& request) -> Response {
                  if (request.query == "odd") throw 1;
                  throw std::runtime_error("a value that must not be seen");
                }});
  start();
  auto client = connect();
  for (const std::string query : {"", "?odd"}) {
    const auto answer = client.ask("GET /fails" + query + " HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_EQ(answer->status, 500U);
    EXPECT_FALSE(answer->body.contains("value"));
  }
  EXPECT_EQ(client.ask(kGetEcho)->status, 200U);
}

INSTANTIATE_TEST_SUITE_P(Each, FailingHandler,
                         testing::Values(Execution::Inline, Execution::Store, Execution::Password));

TEST_F(ServerTest, NeverSendsAHeaderThatWouldSplitTheAnswer) {
  service_.add({.path = "/split",
                .handle = [](const Request&) { return Response{.headers = {{"X-Name", "a\r\nX-Smuggled: b"}}}; }});
  start();
  auto client = connect();
  const auto answer = client.ask("GET /split HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(answer->status, 500U);
  EXPECT_FALSE(answer->headers.contains("x-smuggled"));
  EXPECT_EQ(client.ask(kGetEcho)->status, 200U);
}

TEST_F(ServerTest, IsNotHarmedByClientsThatGoAwayMidway) {
  std::latch begun(1);
  std::latch may_end(1);
  service_.add({.path = "/slow", .execution = Execution::Store, .handle = [&](const Request&) {
                  begun.count_down();
                  may_end.wait();
                  return Response{.body = std::string(1'000'000, 'b')};
                }});
  auto& running = start();
  for (const std::string_view part : {"", "GET /ec", "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\na",
                                      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"}) {
    connect().send(part);
  }
  connect().send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n");
  begun.wait();
  may_end.count_down();
  EXPECT_EQ(connect().ask(kGetEcho)->status, 200U);
  running.server().stop();
  running.join();
}

}  // namespace
}  // namespace dwarpal::http
