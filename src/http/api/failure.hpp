// What an Error means over HTTP, whatever form its answer has.
#pragma once

#include <string_view>

#include "base/log.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// The one place that maps an Error to a status.
[[nodiscard]] unsigned status_of(ErrorCode code);

/// What the caller is told: a defect's message is for the log, as the caller can do nothing with it.
[[nodiscard]] std::string_view told_message(const Error& error);

/// Tells the log what is ours to mend, and in debug what was refused.
void log_failure(Log& log, const Error& error, const Request& request);

/// Puts the error's own `Retry-After` in place of the one that the answer has.
void set_retry_after(Response& response, const Error& error);

}  // namespace dwarpal::http
