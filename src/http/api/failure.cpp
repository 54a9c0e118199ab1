#include "http/api/failure.hpp"

#include <string>
#include <vector>

namespace dwarpal::http {

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidInput: return 400;
    case ErrorCode::Unauthorized: return 401;
    case ErrorCode::AlreadyExists: return 403;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::Conflict: return 409;
    case ErrorCode::Gone: return 410;
    case ErrorCode::TooManyRequests: return 429;
    case ErrorCode::Unavailable: return 503;
    case ErrorCode::InvalidSetting:
    case ErrorCode::InUse:
    case ErrorCode::Internal: return 500;
  }
  return 500;
}

std::string_view told_message(const Error& error) {
  return status_of(error.code) == 500 ? "Something went wrong on our side" : std::string_view(error.message);
}

void log_failure(Log& log, const Error& error, const Request& request) {
  const auto status = status_of(error.code);
  if (status == 500) {
    log.error("a call failed", {{"path", request.target_path},
                                {"requestId", request.request_id},
                                {"message", error.message},
                                {"detail", error.detail}});
  } else if (status == 503) {
    log.warning("a call could not be served", {{"path", request.target_path},
                                               {"requestId", request.request_id},
                                               {"detail", error.detail.empty() ? error.message : error.detail}});
  } else {
    log.debug("a call was refused", {{"path", request.target_path},
                                     {"requestId", request.request_id},
                                     {"status", status},
                                     {"message", error.message},
                                     {"detail", error.detail}});
  }
}

void set_retry_after(Response& response, const Error& error) {
  if (!error.retry_after) return;
  std::erase_if(response.headers, [](const Header& header) { return header.name == "Retry-After"; });
  response.headers.push_back({"Retry-After", std::to_string(error.retry_after->count())});
}

}  // namespace dwarpal::http
