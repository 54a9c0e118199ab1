// A real mail server that a test starts and ends.
#pragma once

#include <sys/types.h>

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dwarpal::test {

/// A certificate for `name` that no authority has signed, and its key, in PEM files.
struct Certificate {
  std::string certificate;
  std::string key;
};
Certificate make_certificate(const std::filesystem::path& directory, const std::string& name);

/// A port of 127.0.0.1 on which nobody listens, but which is nobody else's meanwhile.
class ReservedPort {
 public:
  ReservedPort();
  ~ReservedPort();
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;

  [[nodiscard]] std::uint16_t number() const { return number_; }
  /// From now on connections are accepted, and nobody answers.
  void listen() const;
  /// Returns when somebody has connected.
  void wait_for_client() const;

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

/// smtp_server.py as a process of its own.
class SmtpServer {
 public:
  /// Returns when it listens. The mails that it takes go to `directory`; `arguments` as the script has them.
  SmtpServer(const std::filesystem::path& directory, std::vector<std::string> arguments);
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  pid_t process_ = 0;
  int input_ = -1;
  std::uint16_t port_ = 0;
};

/// What a server took, in its order.
std::vector<boost::json::value> mails_in(const std::filesystem::path& directory);

}  // namespace dwarpal::test
