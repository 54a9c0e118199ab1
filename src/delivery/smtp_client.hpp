// Hands mails to a mail server (RFC 5321, RFC 6409).
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "delivery/outgoing_mail.hpp"

namespace dwarpal::delivery {

struct SmtpSettings {
  /// `None` sends mails, and the links in them, in clear text: for a server on this machine only.
  enum class Security { None, StartTls, Tls };

  std::string host;  ///< a name, or an IP address
  std::uint16_t port = 587;
  Security security = Security::StartTls;
  std::string username;  ///< empty: no login
  Secret password;
  std::string from;  ///< the sender's address
  std::string from_name;
  std::string ca_file;  ///< PEM, trusted instead of the machine's own authorities; empty: those
  Duration connect_timeout = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(60);  ///< for all of one mail
};

/// Immutable and thread-safe; each mail has a connection of its own. The server's certificate is always
/// verified. Threads that use it should have SIGPIPE ignored.
class SmtpClient {
 public:
  /// ErrorCode::InvalidSetting when a setting cannot be used, or when a login would go over the wire in clear text.
  [[nodiscard]] static Result<> check(const SmtpSettings& settings);
  /// Fails as check() does.
  static Result<SmtpClient> create(SmtpSettings settings);

  /// Returns when the server has taken the mail. ErrorCode::Unavailable: it may do so later (it cannot be
  /// reached or trusted, it refused the login, it answered 4xx). ErrorCode::InvalidInput: it never will (it
  /// answered 5xx to this mail, or the mail has no valid header). The message is for the operator and tells
  /// the server's codes, but not its words, which may quote the mail. A request to stop ends it within about
  /// a second, as Unavailable.
  [[nodiscard]] Result<> send(const OutgoingMail& mail, const std::stop_token& stop = {}) const;

 private:
  SmtpClient(SmtpSettings settings, std::string url) : settings_(std::move(settings)), url_(std::move(url)) {}

  SmtpSettings settings_;
  std::string url_;
};

}  // namespace dwarpal::delivery
