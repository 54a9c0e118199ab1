#include "http/server/loop.hpp"

#include <fmt/chrono.h>
#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/server/session.hpp"

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// A loop that is late has its hands full with handshakes that have begun: with many more of them each would take
/// longer than it may.
constexpr std::size_t kFewerWhenLate = 8;

/// A quarter of the shortest deadline, so that none is late by more than that.
std::chrono::milliseconds sweep_interval(const ServerTimeouts& timeouts) {
  const auto shortest = std::min({timeouts.handshake, timeouts.idle, timeouts.header, timeouts.body, timeouts.write,
                                  timeouts.linger, timeouts.drain});
  return std::clamp(shortest / 4, 1ms, 250ms);
}

}  // namespace

Loop::Loop(Shared& shared, Random& random)
    : shared_(shared), sweep_timer_(context_), room_for_handshakes_(shared.settings.handshakes) {
  std::array<std::byte, 8> prefix{};
  random.fill(prefix);
  for (const std::byte byte : prefix) request_id_prefix_ += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  update_date();
}

void rethrow(const std::exception_ptr& thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

void Loop::run() {
  asio::co_spawn(context_, sweep(), rethrow);
  context_.run();
}

void Loop::stop() {
  asio::post(context_, [this] { drain(); });
}

void Loop::drain() {
  if (is_draining()) return;
  drain_end_ = SteadyClock::now() + shared_.settings.timeouts.drain;
  sweep_timer_.cancel();
  before_handshake_.clear();
  for (Connection* connection : connections_) connection->close_if_idle();
}

void Loop::serve(Socket socket) {
  if (!shared_.tls) return start_session(*this, std::move(socket), Admission::Served);
  before_handshake_.push_back(std::move(socket));
  start_handshakes(0);
}

void Loop::start_handshakes(std::size_t more) {
  room_for_handshakes_ = std::min(room_for_handshakes_ + more, shared_.settings.handshakes);
  for (; room_for_handshakes_ > 0 && !before_handshake_.empty(); --room_for_handshakes_) {
    start_tls_session(*this, std::move(before_handshake_.front()));
    before_handshake_.pop_front();
  }
}

std::string Loop::next_request_id() { return fmt::format(FMT_COMPILE("{}-{:x}"), request_id_prefix_, ++requests_); }

Loop::Registration Loop::add(Connection& connection) { return connections_.insert(connections_.end(), &connection); }

void Loop::remove(Registration registration) {
  --shared_.connections;
  connections_.erase(registration);
  if (is_draining() && connections_.empty()) sweep_timer_.cancel();
}

Awaitable<void> Loop::sweep() {
  const auto interval = sweep_interval(shared_.settings.timeouts);
  const auto handshakes = shared_.settings.handshakes * static_cast<std::size_t>(interval.count()) / 1000;
  while (!is_draining() || !connections_.empty()) {
    sweep_timer_.expires_after(interval);
    co_await sweep_timer_.async_wait(kAwait);
    update_date();
    const auto now = SteadyClock::now();
    // Else clients that do not go on with theirs would keep out everybody else.
    const bool is_late = now - sweep_timer_.expiry() > interval;
    start_handshakes(std::max<std::size_t>(is_late ? handshakes / kFewerWhenLate : handshakes, 1));
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
