#include "http/server/request_parser.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <limits>

#include "base/text.hpp"

namespace dwarpal::http {

namespace {

namespace beast_http = boost::beast::http;

/// Splits a target in origin form or absolute form (RFC 9112 §3.2.1, §3.2.2); the others have no
/// meaning here.
bool split_target(std::string_view target, Request& request) {
  if (target.contains('#')) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto authority_end = std::min(target.find_first_of("/?"), target.size());
    if (authority_end == 0) return false;
    target.remove_prefix(authority_end);
    if (!target.starts_with('/')) {  // http://host and http://host?query
      request.target_path = "/";
      request.query = target.empty() ? target : target.substr(1);
      return true;
    }
    break;
  }
  if (!target.starts_with('/')) return false;
  const auto mark = target.find('?');
  request.target_path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  return true;
}

}  // namespace

HeaderScanner::Outcome HeaderScanner::scan(std::string_view text) {
  for (;;) {
    const auto line_feed = text.find('\n', position_);
    if (line_feed == std::string_view::npos) {
      position_ = text.size();
      return Outcome::Incomplete;
    }
    if (line_feed == 0 || text[line_feed - 1] != '\r') return Outcome::Malformed;
    const auto next = text.substr(line_feed + 1, 2);
    if (next.empty() || next == "\r") {
      position_ = line_feed;
      return Outcome::Incomplete;
    }
    if (next[0] == ' ' || next[0] == '\t') return Outcome::Malformed;
    if (next == "\r\n") {
      size_ = line_feed + 3;
      return Outcome::Complete;
    }
    position_ = line_feed + 1;
  }
}

RequestParser::RequestParser(Request& request) : request_(request) {
  // Both limits are the session's to watch: it answers each in its place in the order of checks.
  header_limit(std::numeric_limits<std::uint32_t>::max());
  body_limit(boost::none);
}

std::optional<std::string_view> RequestParser::header_fault() const {
  const auto hosts = request_.header_count("Host");
  if (hosts > 1 || (hosts == 0 && is_http_1_1_)) return "The request must have exactly one Host header";

  const auto lengths = request_.header_count("Content-Length");
  if (lengths > 1 || (lengths == 1 && !std::ranges::all_of(*request_.header("Content-Length"),
                                                           [](char digit) { return digit >= '0' && digit <= '9'; }))) {
    return "The request must have one Content-Length at most";
  }
  // A coding that Beast does not know would leave the body to be read as the next request.
  const auto codings = request_.header_count("Transfer-Encoding");
  if (codings > 1 ||
      (codings == 1 && (!is_http_1_1_ || !equals_ignoring_case(*request_.header("Transfer-Encoding"), "chunked")))) {
    return "The only transfer coding that is understood is chunked";
  }
  return std::nullopt;
}

void RequestParser::on_request_impl(beast_http::verb, Text method_name, Text target, int version, Fault& fault) {
  request_.method_name = method_name;
  request_.method = method_from_name(method_name);
  is_http_1_1_ = version == 11;
  if (!split_target(target, request_)) fault = beast_http::error::bad_target;
}

void RequestParser::on_response_impl(int, Text, int, Fault&) {}

void RequestParser::on_field_impl(beast_http::field, Text name_text, Text value, Fault&) {
  if (!header_is_read_) request_.headers.push_back({std::string(name_text), std::string(value)});
}

void RequestParser::on_header_impl(Fault&) { header_is_read_ = true; }

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Fault&) {
  if (length) request_.body.reserve(*length);  // the session has held it against the limit
}

std::size_t RequestParser::on_body_impl(Text body, Fault&) {
  request_.body.append(body);
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, Text, Fault&) {}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text body, Fault&) {
  request_.body.append(body);
  return body.size();
}

void RequestParser::on_finish_impl(Fault&) {}

}  // namespace dwarpal::http
