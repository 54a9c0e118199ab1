// Load that no generator in Debian makes: random arrivals, many clients that come at once and honour Retry-After, and
// requests of several kinds from several addresses. Prints one JSON object. See `storm --help`.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/json.hpp>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace dwarpal::bench {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Time = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using Reply = http::response<http::string_body>;
using asio::ip::tcp;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

struct Options {
  std::uint16_t port = 0;
  std::string path = "/";
  std::vector<std::string> forms;
  bool tls = false;
  bool resume = false;
  double rate = 0;  // requests a second; 0: a burst
  double seconds = 10;
  int connections = 64;
  int addresses = 1;
  bool constant = false;
  bool rest = false;
  double patience = 60;
};

/// What answers of one status took, in seconds; status 0: no answer at all.
struct Outcome {
  std::vector<double> took;
  std::size_t without_retry_after = 0;
};

struct Results {
  std::map<unsigned, Outcome> by_status;
  std::size_t tokens = 0;
  double last_token_after = 0;
  std::size_t given_up = 0;
  std::size_t unserved = 0;
};

boost::json::object summary(Outcome outcome) {
  std::ranges::sort(outcome.took);
  const auto at = [&](double share) {
    return outcome
        .took[std::min(outcome.took.size() - 1, static_cast<std::size_t>(share * double(outcome.took.size())))];
  };
  return {{"count", outcome.took.size()},
          {"p50", at(0.5)},
          {"p99", at(0.99)},
          {"max", outcome.took.back()},
          {"withoutRetryAfter", outcome.without_retry_after}};
}

/// One client's connection, plain or TLS.
class Client {
 public:
  Client(const Options& options, asio::ssl::context& tls, int number) : options_(options), tls_(tls), number_(number) {}

  /// The answer to a form; none if the connection failed, or was closed or reset before it came.
  asio::awaitable<std::optional<Reply>> ask(const std::string& form) {
    bool is_done = stream_.has_value();
    if (!is_done) is_done = co_await connect();
    if (!is_done) co_return std::nullopt;
    http::request<http::string_body> request(http::verb::post, options_.path, 11, form);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::content_type, "application/x-www-form-urlencoded");
    request.prepare_payload();
    Reply reply;
    if (options_.tls) is_done = co_await exchange(*stream_, request, reply);
    else is_done = co_await exchange(stream_->next_layer(), request, reply);
    const bool stays = is_done && reply.keep_alive();
    if (!stays) close();
    co_return is_done ? std::optional(std::move(reply)) : std::nullopt;
  }

  void close() {
    if (stream_ && options_.resume) session_.reset(SSL_get1_session(stream_->native_handle()));
    stream_.reset();
  }

 private:
  using Stream = asio::ssl::stream<tcp::socket>;

  asio::awaitable<bool> connect() {
    tcp::socket socket(co_await asio::this_coro::executor);
    boost::system::error_code error;
    socket.open(tcp::v4(), error);
    const auto address = asio::ip::address_v4(0x7F000001U + static_cast<unsigned>(number_ % options_.addresses));
    socket.set_option(tcp::no_delay(true), error);
    socket.bind({address, 0}, error);
    if (error) co_return false;
    auto [failed] = co_await socket.async_connect({asio::ip::address_v4::loopback(), options_.port}, kAwait);
    if (failed) co_return false;
    stream_.emplace(std::move(socket), tls_);
    buffer_.clear();
    if (!options_.tls) co_return true;
    if (session_) SSL_set_session(stream_->native_handle(), session_.get());
    auto [refused] = co_await stream_->async_handshake(asio::ssl::stream_base::client, kAwait);
    if (refused) stream_.reset();
    co_return !refused;
  }

  template <typename Layer, typename Request>
  asio::awaitable<bool> exchange(Layer& layer, const Request& request, Reply& reply) {
    auto [unsent, sent] = co_await http::async_write(layer, request, kAwait);
    if (unsent) co_return false;
    auto [unread, read] = co_await http::async_read(layer, buffer_, reply, kAwait);
    co_return !unread;
  }

  const Options& options_;
  asio::ssl::context& tls_;
  int number_;
  std::optional<Stream> stream_;
  boost::beast::flat_buffer buffer_;
  struct Free {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  std::unique_ptr<SSL_SESSION, Free> session_;
};

class Storm {
 public:
  explicit Storm(Options options) : options_(std::move(options)) {}

  boost::json::object run() {
    began_ = Time::now();
    if (options_.rate > 0) start_arrivals();
    else start_burst();
    loop_.run();
    boost::json::object statuses;
    for (auto& [status, outcome] : results_.by_status) statuses[std::to_string(status)] = summary(outcome);
    return {{"statuses", statuses},
            {"tokens", results_.tokens},
            {"lastTokenAfter", results_.last_token_after},
            {"givenUp", results_.given_up},
            {"unserved", results_.unserved},
            {"seconds", Seconds(Time::now() - began_).count()}};
  }

 private:
  const std::string& form(std::size_t number) const { return options_.forms[number % options_.forms.size()]; }

  void note(const std::optional<Reply>& reply, Time::time_point since) {
    const unsigned status = reply ? reply->result_int() : 0;
    auto& outcome = results_.by_status[status];
    outcome.took.push_back(Seconds(Time::now() - since).count());
    const bool should_say_when = status == 429 || status == 503;
    if (should_say_when && reply->count(http::field::retry_after) == 0) ++outcome.without_retry_after;
    if (status != 200) return;
    ++results_.tokens;
    results_.last_token_after = Seconds(Time::now() - began_).count();
  }

  // Arrivals at a rate, whatever becomes of those before: what a request waits for a free connection counts, unless it
  // is refused, whose time is that of the server alone. Those who still wait at the end go unserved.
  void start_arrivals() {
    asio::co_spawn(loop_, arrivals(), asio::detached);
    for (int number = 0; number < options_.connections; ++number) asio::co_spawn(loop_, serve(number), asio::detached);
  }

  asio::awaitable<void> arrivals() {
    std::exponential_distribution<double> gap(options_.rate);
    const auto end = began_ + std::chrono::duration_cast<Time::duration>(Seconds(options_.seconds));
    asio::steady_timer timer(loop_);
    for (auto next = began_; next < end;) {
      const double wait = options_.constant ? 1 / options_.rate : gap(random_);
      next += std::chrono::duration_cast<Time::duration>(Seconds(wait));
      if (next > Time::now()) {
        timer.expires_at(next);
        co_await timer.async_wait(kAwait);
      }
      waiting_.push_back(next);
      // The one that rested longest, so that none rests until the service closes it.
      if (!idle_.empty()) {
        idle_.front()->cancel();
        idle_.pop_front();
      }
    }
    is_over_ = true;
    results_.unserved = waiting_.size();
    waiting_.clear();
    for (auto* timer_of_idle : idle_) timer_of_idle->cancel();
  }

  asio::awaitable<void> serve(int number) {
    Client client(options_, tls_, number);
    asio::steady_timer wake(loop_);
    for (;;) {
      while (!waiting_.empty()) {
        const auto arrived = waiting_.front();
        waiting_.pop_front();
        const auto asked = Time::now();
        const auto reply = co_await client.ask(form(sent_++));
        const bool is_served = reply && reply->result_int() == 200;
        note(reply, is_served ? arrived : asked);
        if (options_.rest && reply && !is_served) co_await rest(*reply);
      }
      if (is_over_) co_return;
      wake.expires_at(Time::time_point::max());
      idle_.push_back(&wake);
      co_await wake.async_wait(kAwait);
    }
  }

  // All come within `seconds`; who is told to come back does, a little after the time that it was told.
  void start_burst() {
    for (int number = 0; number < options_.connections; ++number) asio::co_spawn(loop_, come(number), asio::detached);
  }

  asio::awaitable<void> come(int number) {
    std::uniform_real_distribution<double> some(0, 1);
    Client client(options_, tls_, number);
    asio::steady_timer timer(loop_);
    timer.expires_after(std::chrono::duration_cast<Time::duration>(Seconds(options_.seconds * some(random_))));
    co_await timer.async_wait(kAwait);
    while (Seconds(Time::now() - began_).count() < options_.patience) {
      const auto asked = Time::now();
      const auto reply = co_await client.ask(form(static_cast<std::size_t>(number)));
      note(reply, asked);
      if (!reply || reply->result_int() == 200) co_return;
      client.close();
      co_await rest(*reply);
    }
    ++results_.given_up;
  }

  /// As long as the answer says, and a little longer.
  asio::awaitable<void> rest(const Reply& reply) {
    std::uniform_real_distribution<double> some(0, 1);
    const auto told = reply[http::field::retry_after];
    const double pause = told.empty() ? 1 : std::stod(std::string(told));
    asio::steady_timer timer(loop_);
    timer.expires_after(std::chrono::duration_cast<Time::duration>(Seconds(pause * (1 + some(random_)))));
    co_await timer.async_wait(kAwait);
  }

  Options options_;
  asio::io_context loop_{1};
  asio::ssl::context tls_{asio::ssl::context::tlsv13_client};
  std::mt19937_64 random_{1};
  Time::time_point began_;
  Results results_;
  std::deque<Time::time_point> waiting_;
  std::deque<asio::steady_timer*> idle_;
  std::size_t sent_ = 0;
  bool is_over_ = false;
};

}  // namespace

}  // namespace dwarpal::bench

int main(int count, char** words) {
  dwarpal::bench::Options options;
  CLI::App app("POSTs forms to 127.0.0.1 and tells how it was answered, as JSON.");
  app.add_option("--port", options.port)->required();
  app.add_option("--path", options.path)->required();
  app.add_option("--form", options.forms, "body of a request; several are sent by turns")->required();
  app.add_flag("--tls", options.tls);
  app.add_flag("--resume", options.resume, "a client that comes again resumes its TLS session");
  app.add_option("--rate", options.rate,
                 "random arrivals a second over kept connections; without it all connections come once");
  app.add_flag("--constant", options.constant, "arrivals at equal distances");
  app.add_flag("--rest", options.rest, "a connection that was refused rests as long as Retry-After says");
  app.add_option("--seconds", options.seconds, "how long there are arrivals; within what time all come");
  app.add_option("--connections", options.connections);
  app.add_option("--addresses", options.addresses, "how many loopback addresses they come from");
  app.add_option("--patience", options.patience, "seconds after which a client does not come again");
  CLI11_PARSE(app, count, words);
  fmt::print("{}\n", boost::json::serialize(dwarpal::bench::Storm(std::move(options)).run()));
  return 0;
}
