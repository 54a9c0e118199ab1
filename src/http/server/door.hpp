// Where connections come in: a thread that takes them from the system, hands them to the loops by turns, and turns
// away those that are too many (docs/decisions/0010-a-door.md).
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <span>

#include "http/server/loop.hpp"

namespace dwarpal::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// All of it but the constructor and stop() belongs to the thread that is in run().
class Door {
 public:
  /// The loops outlive the door, and are at least one.
  Door(Shared& shared, Random& random, std::span<const std::unique_ptr<Loop>> loops);

  [[nodiscard]] Executor executor() { return own_loop_.executor(); }
  /// Before run().
  void listen_on(Acceptor acceptor) { acceptor_.emplace(std::move(acceptor)); }
  [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_->local_endpoint(); }

  /// Lowers the priority of the calling thread.
  void run();
  /// Thread-safe. Stops the loops, too.
  void stop();

 private:
  Awaitable<void> accept();
  void take(Loop& loop, Socket socket);
  /// Says 503 and closes.
  void turn_away(Socket socket);

  Shared& shared_;
  std::span<const std::unique_ptr<Loop>> loops_;
  Loop own_loop_;  // of the connections that are turned away
  std::optional<Acceptor> acceptor_;
};

}  // namespace dwarpal::http
