#include "http/server/server.hpp"

#include <pthread.h>
#include <sched.h>

#include <boost/asio/ip/tcp.hpp>
#include <sstream>
#include <thread>
#include <utility>

#include "http/server/door.hpp"
#include "http/server/loop.hpp"
#include "http/server/tls.hpp"

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view kSetting = "server.listen: ";

std::string text_of(const tcp::endpoint& endpoint) {
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

/// `hardware_concurrency` would count the machine's CPUs, not those that this process may use.
unsigned usable_cpus() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&mask), 1));
}

Result<tcp::endpoint> resolve(const ServerSettings& settings) {
  std::string host = settings.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  asio::io_context context;
  boost::system::error_code error;
  const auto found = tcp::resolver(context).resolve(host, std::to_string(settings.port),
                                                    tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) {
    return fail(ErrorCode::InvalidSetting, std::string(kSetting) + "the host \"" + settings.host + "\" is not known",
                error.message());
  }
  return found.begin()->endpoint();
}

std::unexpected<Error> cannot_listen(const tcp::endpoint& endpoint, const boost::system::error_code& error) {
  const std::string where = std::string(kSetting) + text_of(endpoint);
  if (error == asio::error::address_in_use) return fail(ErrorCode::InUse, where + " is in use by another process");
  if (error == boost::system::errc::address_not_available) {
    return fail(ErrorCode::InvalidSetting, where + " is not an address of this machine");
  }
  if (error == asio::error::access_denied) {
    return fail(ErrorCode::InvalidSetting, where + " is a port that this user may not open");
  }
  return fail(ErrorCode::InvalidSetting, where + " cannot be listened on", error.message());
}

Result<Acceptor> listen(const Executor& executor, const tcp::endpoint& endpoint) {
  Acceptor acceptor(executor);
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);  // connections in TIME_WAIT are no hindrance
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
  if (error) return cannot_listen(endpoint, error);
  return acceptor;
}

}  // namespace

struct Server::Parts {
  Parts(ServerSettings settings, const Service& service, const Clock& clock, Log& log, TrustedProxies proxies,
        std::optional<asio::ssl::context> tls)
      : shared{.settings = std::move(settings),
               .service = service,
               .clock = clock,
               .log = log,
               .proxies = std::move(proxies),
               .tls = std::move(tls)} {}

  Shared shared;
  std::vector<std::unique_ptr<Loop>> loops;
  std::optional<Door> door;
};

Result<> Server::check(const ServerSettings& settings) {
  TRY(TrustedProxies::create(settings.trusted_proxies));
  if (settings.tls) TRY(create_tls_context(*settings.tls));
  TRY(resolve(settings));
  return {};
}

Result<std::unique_ptr<Server>> Server::create(ServerSettings settings, const Service& service, const Clock& clock,
                                               Random& random, Log& log) {
  auto proxies = TRY(TrustedProxies::create(settings.trusted_proxies));
  std::optional<asio::ssl::context> tls;
  if (settings.tls) tls = TRY(create_tls_context(*settings.tls));
  const auto endpoint = TRY(resolve(settings));

  const unsigned count = settings.loops != 0 ? settings.loops : usable_cpus();
  auto parts = std::make_unique<Parts>(std::move(settings), service, clock, log, std::move(proxies), std::move(tls));
  for (unsigned i = 0; i < count; ++i) parts->loops.push_back(std::make_unique<Loop>(parts->shared, random));
  parts->door.emplace(parts->shared, random, parts->loops);
  parts->door->listen_on(TRY(listen(parts->door->executor(), endpoint)));
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

std::string Server::address() const { return text_of(parts_->door->endpoint()); }
std::uint16_t Server::port() const { return parts_->door->endpoint().port(); }

void Server::run() {
  std::vector<std::jthread> others;
  others.emplace_back([&door = *parts_->door] { door.run(); });
  for (std::size_t i = 1; i < parts_->loops.size(); ++i) {
    others.emplace_back([&loop = *parts_->loops[i], name = "loop-" + std::to_string(i)] {
      pthread_setname_np(pthread_self(), name.c_str());
      loop.run();
    });
  }
  parts_->loops.front()->run();
}

void Server::stop() { parts_->door->stop(); }

}  // namespace dwarpal::http
