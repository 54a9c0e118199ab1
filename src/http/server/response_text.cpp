#include "http/server/response_text.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>

#include "base/text.hpp"

namespace dwarpal::http {

namespace {

constexpr std::array<std::string_view, 6> kOwnHeaders = {"Content-Type", "Content-Length", "Transfer-Encoding",
                                                         "Connection",   "X-Request-Id",   "Date"};

bool is_token(std::string_view text) {
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           kTokenMarks.contains(letter);
  });
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; });
}

void add(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

/// RFC 9110 §8.6: a 204 has no Content-Length, and that of a 304 would have to be the 200's.
bool has_content(const Response& response) { return response.status != 204 && response.status != 304; }

const std::string& body_of(const Response& response) {
  return response.shared_body ? *response.shared_body : response.body;
}

}  // namespace

bool is_sendable(const Header& header) {
  return is_token(header.name) && is_field_value(header.value) &&
         std::ranges::none_of(kOwnHeaders, [&](auto own) { return equals_ignoring_case(own, header.name); });
}

std::string_view content_of(const Response& response, const ResponseFrame& frame) {
  return frame.is_head || !has_content(response) ? std::string_view() : body_of(response);
}

bool render(const Response& response, const ResponseFrame& frame, std::string& text) {
  if (!is_field_value(response.content_type) || !std::ranges::all_of(response.headers, is_sendable)) return false;

  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));

  text.clear();
  text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  text.append(reason.data(), reason.size()).append("\r\n");
  add(text, "Date", frame.date);
  if (!response.content_type.empty()) add(text, "Content-Type", response.content_type);
  if (has_content(response)) add(text, "Content-Length", std::to_string(body_of(response).size()));
  add(text, "X-Request-Id", frame.request_id);
  if (frame.close) add(text, "Connection", "close");
  for (const Header& header : response.headers) add(text, header.name, header.value);
  text.append("\r\n");
  if (!response.shared_body) text.append(content_of(response, frame));
  return true;
}

}  // namespace dwarpal::http
