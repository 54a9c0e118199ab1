// The HTTP/1.1 server: listens, reads requests within limits and deadlines, and writes the answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/server/worker_pool.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// PEM files. The certificate file holds the chain, the server's own certificate first.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct ServerTimeouts {
  std::chrono::milliseconds handshake = std::chrono::seconds(30);  ///< in a burst they take turns
  std::chrono::milliseconds idle = std::chrono::seconds(75);       ///< for the first byte of a request
  std::chrono::milliseconds header = std::chrono::seconds(10);     ///< from its first byte to the end of its header
  std::chrono::milliseconds body = std::chrono::seconds(30);
  std::chrono::milliseconds write = std::chrono::seconds(30);
  std::chrono::milliseconds linger = std::chrono::seconds(2);  ///< for the client to read the last answer
  std::chrono::milliseconds drain = std::chrono::seconds(10);  ///< from stop() to the end of what is in flight
};

struct ServerSettings {
  std::string host = "127.0.0.1";  ///< a name or an address, IPv6 with or without brackets
  std::uint16_t port = 8080;       ///< 0: a free one
  std::optional<TlsFiles> tls = {};
  std::size_t header_limit = 16 * 1024;  ///< request line and header, bytes
  std::size_t body_limit = 64 * 1024;    ///< for routes that have no limit of their own
  std::size_t max_connections = 15'000;  ///< more are answered 503 at once; with TLS closed
  std::size_t handshakes = 2048;  ///< TLS, of a loop, at once; and so many more each second, fewer when it is late
  ServerTimeouts timeouts = {};
  unsigned loops = 0;  ///< 0: one per CPU that this process may run on
  PoolSettings store = {.threads = 4, .queue = 1024};
  PoolSettings password = {.threads = 1, .queue = 64, .nice = 19};
  std::vector<std::string> trusted_proxies = {};  ///< addresses or CIDR blocks; see TrustedProxies
};

/// What is given to create() outlives the server.
class Server {
 public:
  /// What create() would refuse, but for an address that is in use.
  [[nodiscard]] static Result<> check(const ServerSettings& settings);
  /// Binds and listens. InUse names the address; InvalidSetting names `server.listen`,
  /// `server.trusted_proxies`, `tls.certificate` or `tls.key`.
  [[nodiscard]] static Result<std::unique_ptr<Server>> create(ServerSettings settings, const Service& service,
                                                              const Clock& clock, Random& random, Log& log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// `127.0.0.1:8080` or `[::1]:8080`: what it really listens on.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::uint16_t port() const;

  /// Serves until stop() was called and what was in flight is finished. Call it once.
  void run();
  /// Returns at once; from any thread, also before run(). No connection is accepted any more, idle ones
  /// are closed, requests in flight are answered within the drain timeout.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace dwarpal::http
