// What the tests of the server share: a service whose handlers they write, a server that runs, and a
// client that sends bytes as they are told, however wrong.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server/server.hpp"
#include "support/fixed_clock.hpp"

namespace dwarpal::http {

/// Routes by exact path; refusals are plain text: the status, then the message.
class TestService final : public Service {
 public:
  Route& add(Route route);
  [[nodiscard]] Match match(const Request& head) const override;
  [[nodiscard]] Response refusal(const Request* request, unsigned status, std::string_view message) const override;

 private:
  std::vector<std::unique_ptr<Route>> routes_;
};

/// Random bytes that need not be: each fill is different.
class CountingRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;

 private:
  unsigned char next_ = 0;
};

struct Answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// A blocking socket. A test that waits in vain fails after half a minute.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port, const std::string& host = "127.0.0.1");
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void send(std::string_view bytes) const;
  /// The next answer; nothing if the connection ended before it.
  std::optional<Answer> receive(bool has_body = true);
  std::optional<Answer> ask(std::string_view bytes);
  /// The next line, without its end.
  std::optional<std::string> receive_line();
  /// True if the server closes; false if it sends something instead.
  bool sees_the_end();
  void close();
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  bool fill();

  int descriptor_ = -1;
  std::string unread_;
};

/// A server on a free port of 127.0.0.1 while it lives.
class RunningServer {
 public:
  RunningServer(const ServerSettings& settings, const Service& service);
  ~RunningServer();

  Server& server() { return *server_; }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  /// Waits until the server has ended; stop() must have been called.
  void join() { thread_.join(); }

 private:
  test::FixedClock clock_;
  CountingRandom random_;
  Log log_{LogLevel::Debug, LogFormat::Text};
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

/// The tests' starting point: two loops on a free port, and `/echo`, which answers with what it got.
class ServerTest : public testing::Test {
 protected:
  ServerTest();

  /// Call it after settings and routes are as wanted.
  RunningServer& start();
  TestClient connect() { return TestClient(running_->port()); }

  ServerSettings settings_;
  TestService service_;

 private:
  std::optional<RunningServer> running_;
};

inline constexpr std::string_view kGetEcho = "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n";

/// `POST /echo` with a body of that size.
std::string post_echo(std::size_t body_size);

}  // namespace dwarpal::http
