#include "http/server/server_fixture.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "base/text.hpp"

namespace dwarpal::http {

Route& TestService::add(Route route) { return *routes_.emplace_back(std::make_unique<Route>(std::move(route))); }

Match TestService::match(const Request& head) const {
  const Route* other_method = nullptr;
  for (const auto& route : routes_) {
    if (route->path != head.target_path) continue;
    const bool is_head = head.method == Method::Head && route->method == Method::Get;
    if (is_head || route->method == head.method) return route.get();
    other_method = route.get();
  }
  if (other_method == nullptr) return refusal(&head, 404, "no such path");
  Response response = refusal(&head, 405, "no such method");
  response.headers.push_back({"Allow", "GET"});
  return response;
}

Response TestService::refusal(const Request* request, unsigned status, std::string_view message) const {
  return {.status = status,
          .content_type = "text/plain",
          .body = std::to_string(status) + " " + std::string(message) + (request == nullptr ? " (unread)" : "")};
}

void CountingRandom::fill(std::span<std::byte> bytes) { std::ranges::fill(bytes, std::byte{++next_}); }

TestClient::TestClient(std::uint16_t port, const std::string& host) {
  const addrinfo hints{.ai_flags = AI_NUMERICHOST,
                       .ai_family = AF_UNSPEC,
                       .ai_socktype = SOCK_STREAM,
                       .ai_protocol = 0,
                       .ai_addrlen = 0,
                       .ai_addr = nullptr,
                       .ai_canonname = nullptr,
                       .ai_next = nullptr};
  addrinfo* address = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &address) != 0) return;
  descriptor_ = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  EXPECT_EQ(::connect(descriptor_, address->ai_addr, address->ai_addrlen), 0);
  freeaddrinfo(address);
}

TestClient::~TestClient() { close(); }

void TestClient::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void TestClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    // The server may have refused and closed already; what counts is what it answers.
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool TestClient::fill() {
  std::array<char, 16 * 1024> bytes{};
  const auto received = recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (received < 0 && (errno == EAGAIN)) ADD_FAILURE() << "waited in vain for the server";
  if (received <= 0) return false;
  unread_.append(bytes.data(), static_cast<std::size_t>(received));
  return true;
}

std::optional<std::string> TestClient::receive_line() {
  for (;;) {
    const auto end = unread_.find("\r\n");
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 2);
      return line;
    }
    if (!fill()) return std::nullopt;
  }
}

std::optional<Answer> TestClient::receive(bool has_body) {
  auto line = receive_line();
  if (!line) return std::nullopt;
  EXPECT_TRUE(line->starts_with("HTTP/1.1 ")) << *line;
  Answer answer{.status = static_cast<unsigned>(std::stoul(line->substr(9, 3))), .headers = {}, .body = {}};
  for (line = receive_line(); line && !line->empty(); line = receive_line()) {
    const auto colon = line->find(": ");
    answer.headers[to_lower(line->substr(0, colon))] = line->substr(colon + 2);
  }
  const auto length = answer.headers.find("content-length");
  const std::size_t size = has_body && length != answer.headers.end() ? std::stoul(length->second) : 0;
  while (unread_.size() < size) {
    if (!fill()) return std::nullopt;
  }
  answer.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return answer;
}

std::optional<Answer> TestClient::ask(std::string_view bytes) {
  send(bytes);
  return receive();
}

bool TestClient::sees_the_end() { return unread_.empty() && !fill(); }

RunningServer::RunningServer(const ServerSettings& settings, const Service& service) {
  auto created = Server::create(settings, service, clock_, random_, log_);
  if (!created) throw std::runtime_error(created.error().message);
  server_ = *std::move(created);
  thread_ = std::thread([this] { server_->run(); });
}

RunningServer::~RunningServer() {
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

ServerTest::ServerTest() {
  settings_.port = 0;
  settings_.loops = 2;
  const auto echo = [](const Request& request) {
    return Response{.content_type = "text/plain", .body = request.method_name + request.query + request.body};
  };
  service_.add({.method = Method::Get, .path = "/echo", .handle = echo});
  service_.add({.method = Method::Post, .path = "/echo", .handle = echo});
}

RunningServer& ServerTest::start() { return running_.emplace(settings_, service_); }

std::string post_echo(std::size_t body_size) {
  return "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body_size) + "\r\n\r\n" +
         std::string(body_size, 'x');
}

}  // namespace dwarpal::http
