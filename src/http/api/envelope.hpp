// The envelope around every answer of the IAM API, errors too.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// Writes `ver`, `timestamp` and `txnId` around what a call answers. Thread-safe.
class Envelope {
 public:
  static constexpr std::size_t kBytes = 128;  ///< what it adds to an answer, unless a long `txnId` came

  Envelope(const Clock& clock, Random& random, Log& log) : clock_(clock), random_(random), log_(log) {}

  /// What is echoed of a `txnId` that came, or a new one (UUID).
  [[nodiscard]] std::string txn_id(std::string_view requested) const;

  /// 200 with the members of `answer`.
  [[nodiscard]] Response success(std::string_view txn_id, const boost::json::object& answer) const;
  /// The same as it was answered then.
  [[nodiscard]] Response success(std::string_view txn_id, const boost::json::object& answer, Instant timestamp) const;
  /// 200 with the members of the JSON object whose text `answer` is. With kBytes of room behind it nothing is copied.
  [[nodiscard]] Response success(std::string_view txn_id, std::string answer) const;
  /// What a call failed with, in its envelope. Logs what is ours to mend.
  [[nodiscard]] Response error(std::string_view txn_id, const Error& error, const Request& request) const;
  /// An error that no call made: `message` for the caller.
  [[nodiscard]] Response refusal(unsigned status, std::string_view txn_id, std::string_view message) const;

 private:
  const Clock& clock_;
  Random& random_;
  Log& log_;
};

}  // namespace dwarpal::http
