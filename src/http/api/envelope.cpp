#include "http/api/envelope.hpp"

#include <boost/json/serialize.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "http/api/failure.hpp"

namespace dwarpal::http {

namespace {

constexpr std::size_t kLongestTxnId = 128;

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

/// `answer` is the text of a JSON object; the envelope becomes its first members.
Response enveloped(unsigned status, std::string_view txn_id, std::string answer, Instant timestamp) {
  std::string envelope;
  envelope.reserve(Envelope::kBytes);
  envelope.append(R"({"ver":"1.0.0","timestamp":")").append(iso8601(timestamp)).append(R"(","txnId":)");
  append_json_string(envelope, txn_id);
  if (answer != "{}") envelope += ',';
  if (answer.capacity() < answer.size() + envelope.size()) {
    // It would grow and leave a copy behind, and it may hold a secret.
    std::string wider;
    wider.reserve(answer.size() + envelope.size());
    wider.append(answer);
    wipe(answer);
    answer = std::move(wider);
  }
  answer.replace(0, 1, envelope);
  return {.status = status,
          .content_type = "application/json",
          .body = std::move(answer),
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

Response Envelope::success(std::string_view txn_id, std::string answer) const {
  return enveloped(200, txn_id, std::move(answer), clock_.now());
}

Response Envelope::success(std::string_view txn_id, const boost::json::object& answer, Instant timestamp) const {
  return enveloped(200, txn_id, boost::json::serialize(answer), timestamp);
}

Response Envelope::error(std::string_view txn_id, const Error& error, const Request& request) const {
  log_failure(log_, error, request);
  auto response = refusal(status_of(error.code), txn_id, told_message(error));
  set_retry_after(response, error);
  return response;
}

Response Envelope::refusal(unsigned status, std::string_view txn_id, std::string_view message) const {
  const boost::json::object error{{"errorCode", error_code_of(status)}, {"errorMsg", message}};
  auto response = enveloped(status, txn_id, boost::json::serialize(error), clock_.now());
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace dwarpal::http
