#include "http/api/registry_answers.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "http/api/failure.hpp"

namespace dwarpal::http {

namespace {

Response respond(unsigned status, std::string_view text) {
  return {.status = status,
          .content_type = "application/json",
          .body = boost::json::serialize(boost::json::object{{"responseCode", status}, {"responseText", text}}),
          .headers = {{"Cache-Control", "no-store"}}};
}

/// Empty where the message alone says it.
std::string_view name_of(unsigned status) {
  switch (status) {
    case 400: return "BAD_REQUEST";
    case 401: return "UNAUTHORIZED";
    case 405: return "METHOD_NOT_ALLOWED";
    case 408: return "REQUEST_TIMEOUT";
    case 410: return "GONE";
    case 413: return "PAYLOAD_TOO_LARGE";
    case 414: return "URI_TOO_LONG";
    case 415: return "UNSUPPORTED_MEDIA_TYPE";
    case 429: return "TOO_MANY_REQUESTS";
    case 431: return "REQUEST_HEADER_FIELDS_TOO_LARGE";
    case 500: return "INTERNAL_SERVER_ERROR";
    case 501: return "NOT_IMPLEMENTED";
    case 503: return "SERVICE_UNAVAILABLE";
    default: return {};
  }
}

}  // namespace

bool is_registry_path(std::string_view path) { return path == "/cr" || path.starts_with("/cr/"); }

Response registry_done() { return respond(200, "200 OK"); }

Response registry_refusal(unsigned status, std::string_view message) {
  std::string text;
  if (const auto name = name_of(status); !name.empty()) text.append(std::to_string(status)).append(" ").append(name);
  if (status != 401) text.append(text.empty() ? "" : ": ").append(message);
  auto response = respond(status, text);
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

Response registry_error(Log& log, const Error& error, const Request& request) {
  log_failure(log, error, request);
  auto response = error.code == ErrorCode::AlreadyExists ? registry_refusal(409, "Entity already exist")
                                                         : registry_refusal(status_of(error.code), told_message(error));
  set_retry_after(response, error);
  return response;
}

}  // namespace dwarpal::http
