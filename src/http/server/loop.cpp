#include "http/server/loop.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "http/server/session.hpp"

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Beyond the limit so many more are told so. Those after them, and over TLS (where a word costs a
/// handshake) all of them, are closed at once.
constexpr std::size_t kRefusedPolitely = 1000;
/// How long accepting rests when the system has no descriptor to give.
constexpr auto kAcceptPause = 100ms;

/// A quarter of the shortest deadline, so that none is late by more than that.
std::chrono::milliseconds sweep_interval(const ServerTimeouts& timeouts) {
  const auto shortest = std::min({timeouts.handshake, timeouts.idle, timeouts.header, timeouts.body, timeouts.write,
                                  timeouts.linger, timeouts.drain});
  return std::clamp(shortest / 4, 1ms, 250ms);
}

}  // namespace

Loop::Loop(Shared& shared, Random& random) : shared_(shared), sweep_timer_(context_) {
  std::array<std::byte, 8> prefix{};
  random.fill(prefix);
  for (const std::byte byte : prefix) request_id_prefix_ += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  update_date();
}

void Loop::run() {
  // A loop that no longer accepts or sweeps is of no use: whatever is thrown there ends the process.
  const auto rethrow = [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  };
  asio::co_spawn(context_, accept(), rethrow);
  asio::co_spawn(context_, sweep(), rethrow);
  context_.run();
}

void Loop::stop() {
  asio::post(context_, [this] { drain(); });
}

void Loop::drain() {
  if (is_draining()) return;
  drain_end_ = SteadyClock::now() + shared_.settings.timeouts.drain;
  boost::system::error_code ignored;
  acceptor_->close(ignored);
  sweep_timer_.cancel();
  for (Connection* connection : connections_) connection->close_if_idle();
}

std::string Loop::next_request_id() { return fmt::format("{}-{:x}", request_id_prefix_, ++requests_); }

Loop::Registration Loop::add(Connection& connection) {
  ++shared_.connections;
  return connections_.insert(connections_.end(), &connection);
}

void Loop::remove(Registration registration) {
  --shared_.connections;
  connections_.erase(registration);
  if (is_draining() && connections_.empty()) sweep_timer_.cancel();
}

Awaitable<void> Loop::accept() {
  while (!is_draining()) {
    auto [error, socket] = co_await acceptor_->async_accept(kAwait);
    if (!error) {
      take(std::move(socket));
    } else if (error != asio::error::operation_aborted && error != asio::error::connection_aborted) {
      shared_.log.warning("A connection could not be accepted");
      Timer pause(context_, kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Loop::take(Socket socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const std::size_t limit = shared_.settings.max_connections;
  const std::size_t count = shared_.connections;
  if (count < limit) {
    if (shared_.tls) start_tls_session(*this, std::move(socket));
    else start_session(*this, std::move(socket), Admission::Served);
  } else if (!shared_.tls && count < limit + kRefusedPolitely) {
    start_session(*this, std::move(socket), Admission::Refused);
  }
}

Awaitable<void> Loop::sweep() {
  const auto interval = sweep_interval(shared_.settings.timeouts);
  while (!is_draining() || !connections_.empty()) {
    sweep_timer_.expires_after(interval);
    co_await sweep_timer_.async_wait(kAwait);
    update_date();
    const auto now = SteadyClock::now();
    for (Connection* connection : connections_) {
      if (is_draining() && now >= *drain_end_) connection->close();
      else if (now >= connection->deadline()) connection->expire();
    }
  }
}

void Loop::update_date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(shared_.clock.now());
  if (second == date_second_) return;
  date_second_ = second;
  date_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(second)));
}

}  // namespace dwarpal::http
