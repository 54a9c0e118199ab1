#include "http/api/oauth_answers.hpp"

#include <boost/json/serialize.hpp>

#include "http/api/failure.hpp"

namespace dwarpal::http {

namespace {

/// RFC 6749 §5.2; for what it has no word for, the words of §4.1.2.1.
std::string_view oauth_error_of(unsigned status) {
  switch (status) {
    case 401: return "invalid_client";
    case 429:
    case 503: return "temporarily_unavailable";
    case 500: return "server_error";
    default: return "invalid_request";
  }
}

Response respond_unkept(unsigned status, const boost::json::object& answer) {
  return {.status = status,
          .content_type = "application/json",
          .body = boost::json::serialize(answer),
          .headers = {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}}};
}

Response respond_error(unsigned status, std::string_view error, std::string_view description) {
  return respond_unkept(status, {{"error", error}, {"error_description", description}});
}

}  // namespace

Response OAuthAnswers::success(const boost::json::object& answer) const { return respond_unkept(200, answer); }

Response OAuthAnswers::error(const Error& error, const Request& request) const {
  log_failure(log_, error, request);
  auto response = refusal(status_of(error.code), told_message(error));
  set_retry_after(response, error);
  return response;
}

Response OAuthAnswers::bearer_error(const Error& error, const Request& request) const {
  if (error.code != ErrorCode::Unauthorized) return this->error(error, request);
  log_failure(log_, error, request);
  auto response = respond_error(401, "invalid_token", error.message);
  response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"" + realm_ + R"(", error="invalid_token")"});
  return response;
}

Response OAuthAnswers::refusal(unsigned status, std::string_view description) const {
  auto response = respond_error(status, oauth_error_of(status), description);
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Basic realm=\"" + realm_ + '"'});
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

Response OAuthAnswers::bad_request(std::string_view error, std::string_view description) {
  return respond_error(400, error, description);
}

}  // namespace dwarpal::http
