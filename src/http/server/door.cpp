#include "http/server/door.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/server/session.hpp"

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Beyond the limit so many more at a time, and no more than the limit itself, are told so. Those after them, and over
/// TLS (where a word costs a handshake) all of them, are closed at once.
constexpr std::size_t kRefusedPolitely = 1000;
/// How long accepting rests when the system has no descriptor to give.
constexpr auto kAcceptPause = 100ms;
/// Where all CPUs are busy this leaves the door a tenth of one: enough for some thousand connections a second, and
/// little enough that no flood of them keeps the loops from those that are in.
constexpr int kNice = 10;

}  // namespace

Door::Door(Shared& shared, Random& random, std::span<const std::unique_ptr<Loop>> loops)
    : shared_(shared), loops_(loops), own_loop_(shared, random) {}

void Door::run() {
  pthread_setname_np(pthread_self(), "door");
  setpriority(PRIO_PROCESS, 0, kNice);  // on Linux of this thread alone
  asio::co_spawn(executor(), accept(), rethrow);
  own_loop_.run();
}

void Door::stop() {
  // In this order a loop has taken all that it was given when it is told to stop: nothing is left open in its queue.
  asio::post(executor(), [this] {
    boost::system::error_code ignored;
    acceptor_->close(ignored);
    own_loop_.stop();
    for (const auto& loop : loops_) loop->stop();
  });
}

Awaitable<void> Door::accept() {
  for (std::size_t next = 0; acceptor_->is_open();) {
    auto& loop = *loops_[next];
    auto [error, socket] = co_await acceptor_->async_accept(loop.executor(), kAwait);
    if (!acceptor_->is_open()) co_return;
    if (!error) {
      take(loop, std::move(socket));
      next = (next + 1) % loops_.size();
    } else if (error != asio::error::connection_aborted) {
      shared_.log.warning("A connection could not be accepted");
      Timer pause(executor(), kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Door::take(Loop& loop, Socket socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const std::size_t limit = shared_.settings.max_connections;
  const std::size_t count = shared_.connections;
  if (count < limit) {
    ++shared_.connections;
    asio::post(loop.executor(), [&loop, socket = std::move(socket)]() mutable { loop.serve(std::move(socket)); });
  } else if (!shared_.tls && count < limit + std::min(limit, kRefusedPolitely)) {
    turn_away(std::move(socket));
  }
}

void Door::turn_away(Socket socket) {
  boost::system::error_code error;
  Socket own(executor());
  const auto protocol = endpoint().protocol();
  own.assign(protocol, socket.release(error), error);
  if (error) return;
  ++shared_.connections;
  start_session(own_loop_, std::move(own), Admission::Refused);
}

}  // namespace dwarpal::http
