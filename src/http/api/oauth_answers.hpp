// The answers of the standard endpoints, errors too (RFC 6749 §5).
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// Thread-safe.
class OAuthAnswers {
 public:
  OAuthAnswers(std::string realm, Log& log) : realm_(std::move(realm)), log_(log) {}

  /// 200, not to be kept by anybody (RFC 6749 §5.1).
  [[nodiscard]] Response success(const boost::json::object& answer) const;
  /// The error in the words of RFC 6749 §5.2: Unauthorized is `invalid_client`. Logs what is ours to mend.
  [[nodiscard]] Response error(const Error& error, const Request& request) const;
  /// The same for a call that was made with a bearer token: Unauthorized is `invalid_token` (RFC 6750 §3.1).
  [[nodiscard]] Response bearer_error(const Error& error, const Request& request) const;
  /// An error that no call made.
  [[nodiscard]] Response refusal(unsigned status, std::string_view description) const;
  /// 400 with an error code that only this call knows.
  [[nodiscard]] static Response bad_request(std::string_view error, std::string_view description);

 private:
  std::string realm_;
  Log& log_;
};

}  // namespace dwarpal::http
