// The whole service in this process: settings made in code, a clock that the test moves, a real socket.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "app/node.hpp"
#include "app/settings.hpp"
#include "crypto/system_random.hpp"
#include "http/api/api.hpp"
#include "http/server/server.hpp"
#include "support/fixed_clock.hpp"

namespace dwarpal::test {

/// Serves while it lives, as app/service.cpp wires it.
class RunningNetwork {
 public:
  RunningNetwork(app::Settings settings, const Clock& clock);
  ~RunningNetwork();
  RunningNetwork(const RunningNetwork&) = delete;
  RunningNetwork& operator=(const RunningNetwork&) = delete;

  [[nodiscard]] app::Node& node() { return *node_; }
  [[nodiscard]] const http::Api& api() const { return *api_; }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  /// The token in the newest link that was mailed to the address; empty if there is none.
  [[nodiscard]] std::string newest_link_token(const std::string& address);
  /// What kinds of mails the address got, oldest first.
  [[nodiscard]] std::vector<std::string> kinds_of_mails_to(const std::string& address);
  /// All that the store holds but the audit trail and its counters, as text: equal texts, equal stores.
  [[nodiscard]] std::string dump_of_store();

 private:
  app::Settings settings_;
  crypto::SystemRandom random_;
  Log log_{LogLevel::Error, LogFormat::Text};
  std::unique_ptr<app::Node> node_;
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

}  // namespace dwarpal::test
