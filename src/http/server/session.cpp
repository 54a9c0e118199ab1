#include "http/server/session.hpp"

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/secret.hpp"
#include "http/server/exchange.hpp"

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;
using TlsStream = asio::ssl::stream<Socket>;

constexpr std::size_t kReadSize = 4096;
/// Beyond this a chunk's header or a trailer is not read on.
constexpr std::size_t kUnparsedLimit = 16 * 1024;
/// What is read and thrown away so that a client that is still sending can read its refusal.
constexpr std::size_t kLingerBytes = 1024 * 1024;
/// The deadline of a long answer counts for each such piece of it anew.
constexpr std::size_t kPieceSize = 256 * 1024;
/// An answer's buffer that grew beyond this is not kept for the next.
constexpr std::size_t kKeptAnswerSize = 16 * 1024;

std::string address_of_peer(const Socket& socket) {
  boost::system::error_code error;
  const auto address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

/// Lives in the frame of the coroutine that runs it, on the loop's one thread.
template <typename Stream>
class Session final : public Connection {
 public:
  Session(Loop& loop, Stream stream)
      : loop_(loop),
        timeouts_(loop.shared().settings.timeouts),
        stream_(std::move(stream)),
        hold_timer_(loop.executor()),
        exchange_(loop, address_of_peer(socket())),
        registration_(loop.add(*this)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): cancelling a timer throws only where its service is gone
  ~Session() override { loop_.remove(registration_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Each step of a request waits until the other connections that are ready have taken theirs: so a step's code runs
  /// for many in a row, and is not fetched anew after each signature (docs/decisions/0009-one-step-for-all.md).
  Awaitable<void> run() {
    const bool is_open = co_await open();
    if (!is_open) co_return;
    for (;;) {
      const bool is_received = co_await receive();
      if (!is_received) co_return;
      co_await asio::post(loop_.executor(), kAwait);
      co_await handle();
      co_await asio::post(loop_.executor(), kAwait);
      bool goes_on = false;
      const bool is_sent = co_await send(goes_on);
      if (!is_sent) co_return;
      if (!goes_on) break;
      exchange_.reset();
    }
    co_await linger();
  }

  /// Says that there are too many connections.
  Awaitable<void> turn_away() {
    exchange_.refuse(503, "The service has too many connections");
    bool goes_on = false;
    const bool is_sent = co_await send(goes_on);
    if (is_sent) co_await linger();
  }

  void expire() override {
    has_expired_ = true;
    boost::system::error_code ignored;
    socket().cancel(ignored);
  }

  void close_if_idle() override {
    if (is_idle_) close();
  }

  void close() override {
    boost::system::error_code ignored;
    socket().close(ignored);
    hold_timer_.cancel();
  }

 private:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

  Socket& socket() {
    if constexpr (kIsTls) return stream_.next_layer();
    else return stream_;
  }

  [[nodiscard]] std::string_view unread() const {
    return {static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
  }

  /// Overwrites what is used up: it may have been a password.
  void consume(std::size_t count) {
    OPENSSL_cleanse(buffer_.data().data(), count);
    buffer_.consume(count);
  }

  Awaitable<bool> open() {
    if constexpr (kIsTls) {
      is_idle_ = true;
      set_deadline(timeouts_.handshake);
      auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
      is_idle_ = false;
      loop_.handshake_ended();
      co_return !error;
    } else {
      co_return true;
    }
  }

  /// More bytes into the buffer; false when the peer is gone or the deadline has passed.
  Awaitable<bool> fill() {
    has_expired_ = false;
    auto [error, count] = co_await stream_.async_read_some(buffer_.prepare(kReadSize), kAwait);
    if (error) co_return false;
    buffer_.commit(count);
    co_return true;
  }

  /// One request, as far as it is wanted; false when there is nobody to answer.
  Awaitable<bool> receive() {
    if (buffer_.size() == 0) {
      if (loop_.is_draining()) co_return false;
      is_idle_ = true;
      set_deadline(timeouts_.idle);
      const bool has_begun = co_await fill();
      is_idle_ = false;
      if (!has_begun) co_return false;
    }
    set_deadline(timeouts_.header);
    const bool has_header = co_await receive_header();
    if (!has_header) co_return false;
    if (!exchange_.needs_body()) co_return true;
    set_deadline(timeouts_.body);
    co_return co_await receive_body();
  }

  Awaitable<bool> receive_header() {
    // RFC 9112 §2.2: an empty line before a request is passed over.
    if (unread().starts_with("\r\n")) consume(2);
    const std::size_t limit = loop_.shared().settings.header_limit;
    HeaderScanner scanner;
    for (;;) {
      const auto outcome = scanner.scan(unread());
      const bool is_complete = outcome == HeaderScanner::Outcome::Complete;
      if (outcome == HeaderScanner::Outcome::Malformed) {
        exchange_.refuse(400, "The lines of the request's header must end in CR LF and not be folded");
        co_return true;
      }
      if (is_complete ? scanner.size() > limit : unread().size() >= limit) {
        if (unread().substr(0, limit).contains('\n')) exchange_.refuse(431, "The request's header is too large");
        else exchange_.refuse(414, "The request's target is too long");
        co_return true;
      }
      if (is_complete) break;
      const bool is_filled = co_await fill();
      if (!is_filled) co_return refuse_if_expired();
    }
    exchange_.read_header(unread().substr(0, scanner.size()));
    consume(scanner.size());
    co_return true;
  }

  Awaitable<bool> receive_body() {
    if (exchange_.awaits_continue() && buffer_.size() == 0) {
      constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
      auto [error, count] = co_await asio::async_write(stream_, asio::buffer(kGoOn), kAwait);
      if (error) co_return false;
    }
    for (;;) {
      consume(exchange_.read_body(unread()));
      if (!exchange_.needs_body()) co_return true;
      if (buffer_.size() > kUnparsedLimit) {
        exchange_.refuse(400, "A chunk's header or the trailer is too large");
        co_return true;
      }
      const bool is_filled = co_await fill();
      if (!is_filled) co_return refuse_if_expired();
    }
  }

  /// A slow client is told so; one that is gone is not.
  bool refuse_if_expired() {
    if (has_expired_) exchange_.refuse(408, "The request took too long to arrive");
    return has_expired_;
  }

  Awaitable<void> handle() {
    clear_deadline();
    // The notice arrives through the loop, so never before this coroutine has suspended.
    const bool is_awaited = exchange_.start_handler([this] { std::exchange(resume_, nullptr)(); });
    if (is_awaited) {
      co_await asio::async_initiate<const asio::use_awaitable_t<Executor>&, void()>(
          [this](auto handler) { resume_ = std::move(handler); }, asio::use_awaitable_t<Executor>());
    }
  }

  /// The answer; false when it did not get through. `goes_on`: another request may follow.
  Awaitable<bool> send(bool& goes_on) {
    if (const auto held_until = exchange_.held_until()) {
      hold_timer_.expires_at(*held_until);
      co_await hold_timer_.async_wait(kAwait);
    }
    auto [shared, may_go_on] = exchange_.write_answer(answer_text_);
    goes_on = may_go_on;
    const std::array<asio::const_buffer, 2> begin = {asio::buffer(answer_text_),
                                                     asio::buffer(shared.substr(0, kPieceSize))};
    set_deadline(timeouts_.write);
    auto [error, count] = co_await asio::async_write(stream_, begin, kAwait);
    while (!error && shared.size() > kPieceSize) {
      shared.remove_prefix(kPieceSize);
      set_deadline(timeouts_.write);
      std::tie(error, count) = co_await asio::async_write(stream_, asio::buffer(shared.substr(0, kPieceSize)), kAwait);
    }
    if (answer_text_.capacity() > kKeptAnswerSize) answer_text_ = std::string();
    else wipe(answer_text_);
    co_return !error;
  }

  /// Closing a socket with unread input would reset the connection and take the answer with it; so
  /// the client gets a moment to read it and to close first.
  Awaitable<void> linger() {
    set_deadline(timeouts_.linger);
    if constexpr (kIsTls) co_await stream_.async_shutdown(kAwait);
    boost::system::error_code ignored;
    socket().shutdown(Socket::shutdown_send, ignored);
    for (std::size_t drained = 0; drained < kLingerBytes;) {
      auto [error, count] = co_await socket().async_read_some(buffer_.prepare(kReadSize), kAwait);
      if (error) co_return;
      drained += count;
    }
  }

  Loop& loop_;
  const ServerTimeouts& timeouts_;
  Stream stream_;
  Timer hold_timer_;
  boost::beast::flat_buffer buffer_;
  Exchange exchange_;
  std::string answer_text_;
  std::move_only_function<void()> resume_;
  bool is_idle_ = false;
  bool has_expired_ = false;
  Loop::Registration registration_;
};

template <typename Stream>
Awaitable<void> live(Loop& loop, Stream stream, Admission admission) {
  Session<Stream> session(loop, std::move(stream));
  if (admission == Admission::Served) co_await session.run();
  else co_await session.turn_away();
}

template <typename Stream>
void start(Loop& loop, Stream stream, Admission admission) {
  asio::co_spawn(loop.executor(), live(loop, std::move(stream), admission), [&loop](const std::exception_ptr& thrown) {
    if (thrown) loop.shared().log.error("A connection ended by an exception");
  });
}

}  // namespace

void start_session(Loop& loop, Socket socket, Admission admission) { start(loop, std::move(socket), admission); }

void start_tls_session(Loop& loop, Socket socket) {
  start(loop, TlsStream(std::move(socket), *loop.shared().tls), Admission::Served);
}

}  // namespace dwarpal::http
