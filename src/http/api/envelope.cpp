#include "http/api/envelope.hpp"

#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace dwarpal::http {

namespace {

constexpr std::size_t kLongestTxnId = 128;

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

std::string_view error_code_of(unsigned status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Already Exists";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Payload Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

Response enveloped(unsigned status, std::string_view txn_id, const boost::json::object& answer, Instant timestamp) {
  boost::json::object body;
  body.reserve(answer.size() + 3);
  body["ver"] = "1.0.0";
  body["timestamp"] = iso8601(timestamp);
  body["txnId"] = txn_id;
  for (const auto& member : answer) body.insert(member);
  return {.status = status,
          .content_type = "application/json",
          .body = boost::json::serialize(body),
          .headers = {{"Cache-Control", "no-store"}}};
}

}  // namespace

std::string Envelope::txn_id(std::string_view requested) const {
  const bool good = !requested.empty() && requested.size() <= kLongestTxnId && is_printable_ascii(requested);
  return good ? std::string(requested) : make_uuid(random_);
}

Response Envelope::success(std::string_view txn_id, const boost::json::object& answer) const {
  return success(txn_id, answer, clock_.now());
}

Response Envelope::success(std::string_view txn_id, const boost::json::object& answer, Instant timestamp) const {
  return enveloped(200, txn_id, answer, timestamp);
}

Response Envelope::error(std::string_view txn_id, const Error& error, const Request& request) const {
  const auto status = status_of(error.code);
  if (status == 500) {
    log_.error("a call failed", {{"path", request.target_path},
                                 {"requestId", request.request_id},
                                 {"message", error.message},
                                 {"detail", error.detail}});
  } else if (status == 503) {
    log_.warning("a call could not be served", {{"path", request.target_path},
                                                {"requestId", request.request_id},
                                                {"detail", error.detail.empty() ? error.message : error.detail}});
  } else {
    log_.debug("a call was refused", {{"path", request.target_path},
                                      {"requestId", request.request_id},
                                      {"status", status},
                                      {"message", error.message},
                                      {"detail", error.detail}});
  }
  // A defect's message is for the log: the caller can do nothing with it.
  auto response = refusal(status, txn_id, status == 500 ? "Something went wrong on our side" : error.message);
  if (error.retry_after) {
    std::erase_if(response.headers, [](const Header& header) { return header.name == "Retry-After"; });
    response.headers.push_back({"Retry-After", std::to_string(error.retry_after->count())});
  }
  return response;
}

Response Envelope::refusal(unsigned status, std::string_view txn_id, std::string_view message) const {
  auto response =
      enveloped(status, txn_id, {{"errorCode", error_code_of(status)}, {"errorMsg", message}}, clock_.now());
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace dwarpal::http
