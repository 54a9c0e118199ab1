// One thread's share of the server: the connections that the door handed to it.
#pragma once

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <list>
#include <optional>
#include <string>

#include "http/server/client_address.hpp"
#include "http/server/server.hpp"

namespace dwarpal::http {

// The concrete executor spares Asio the type erasure of any_io_executor.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using SteadyClock = std::chrono::steady_clock;
using Timer = boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, Executor>;
template <typename T>
using Awaitable = boost::asio::awaitable<T, Executor>;
/// Errors come back as values: a client that goes away is no exception.
inline constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>());

/// What all loops of a server use; immutable or thread-safe.
struct Shared {
  ServerSettings settings;
  const Service& service;
  const Clock& clock;
  Log& log;
  TrustedProxies proxies;
  std::optional<boost::asio::ssl::context> tls;
  WorkerPool store{"store", settings.store};
  WorkerPool password{"password", settings.password};
  std::atomic<std::size_t> connections = 0;  ///< counted by the door when they come in, and by their loop when they end
};

/// What a loop knows of a connection. Deadlines are swept a few times a second instead of kept in a
/// timer each: arming one for each read and write costs a third of the throughput.
class Connection {
 public:
  virtual ~Connection() = default;
  /// The deadline has passed: ends the read or write that waits.
  virtual void expire() = 0;
  virtual void close_if_idle() = 0;
  virtual void close() = 0;

  [[nodiscard]] SteadyClock::time_point deadline() const { return deadline_; }

 protected:
  void set_deadline(std::chrono::milliseconds from_now) { deadline_ = SteadyClock::now() + from_now; }
  void clear_deadline() { deadline_ = SteadyClock::time_point::max(); }

 private:
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
};

/// For a coroutine without which a loop or the door is of no use: what it throws ends the process.
void rethrow(const std::exception_ptr& thrown);

/// All of it but the constructor and stop() belongs to the thread that is in run().
class Loop {
 public:
  Loop(Shared& shared, Random& random);

  [[nodiscard]] Shared& shared() { return shared_; }
  [[nodiscard]] Executor executor() { return context_.get_executor(); }

  void run();
  /// Thread-safe.
  void stop();

  /// Starts a session. With TLS it may have to wait for its turn (`ServerSettings::handshakes`): a handshake takes
  /// 90 KiB, and fifteen thousand at once keep each other out of the processor's caches.
  void serve(Socket socket);
  /// To be told of each handshake's end.
  void handshake_ended() { start_handshakes(1); }

  [[nodiscard]] bool is_draining() const { return drain_end_.has_value(); }
  [[nodiscard]] std::string next_request_id();
  /// Now, as the header `Date` has it.
  [[nodiscard]] const std::string& date() const { return date_; }

  /// A connection is registered as long as it lives; add() gives what remove() takes.
  using Registration = std::list<Connection*>::iterator;
  Registration add(Connection& connection);
  void remove(Registration registration);

 private:
  /// Of those that wait, as many as may begin now that there is room for `more`.
  void start_handshakes(std::size_t more);
  /// Ends what is over its deadline, and the loop itself when it is drained.
  Awaitable<void> sweep();
  void update_date();
  void drain();

  Shared& shared_;
  boost::asio::io_context context_{1};
  Timer sweep_timer_;
  std::list<Connection*> connections_;
  std::size_t room_for_handshakes_ = 0;
  std::deque<Socket> before_handshake_;
  std::optional<SteadyClock::time_point> drain_end_;
  std::string request_id_prefix_;
  std::uint64_t requests_ = 0;
  std::string date_;
  std::chrono::sys_seconds date_second_{};
};

}  // namespace dwarpal::http
