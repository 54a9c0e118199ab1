// One HTTP request and its answer, as the server and what it serves exchange them. No Asio in here.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwarpal::http {

enum class Method { Get, Head, Post, Put, Delete, Options, Other };

/// RFC 9110 §9.1: methods are case-sensitive; what is not in the enum is Other.
[[nodiscard]] Method method_from_name(std::string_view name);

struct Header {
  std::string name;
  std::string value;
};

/// What came in. Everything is as it was sent: nothing is decoded but the framing of the body.
struct Request {
  Method method = Method::Other;
  std::string method_name = {};
  std::string target_path = {};  ///< starts with `/`; percent-encoded as sent, without the query
  std::string query = {};        ///< without the `?`
  std::vector<Header> headers = {};
  std::string body = {};
  std::string client_address = {};  ///< an IP address; a forwarding header is believed from a trusted proxy only
  std::string request_id = {};      ///< made by the server, unique; also in the answer's `X-Request-Id`

  /// The first header of that name, whatever its case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::size_t header_count(std::string_view name) const;
};

/// What goes out. The server adds `Content-Length`, `Connection`, `X-Request-Id` and leaves the body out where HTTP has
/// none (HEAD, 204, 304).
struct Response {
  unsigned status = 200;
  std::string_view content_type = {};  ///< a literal; empty: no `Content-Type`
  std::string body = {};
  /// Sent instead of `body`: a text that many answers share. It is neither copied nor wiped afterwards.
  std::shared_ptr<const std::string> shared_body = {};
  std::vector<Header> headers = {};  ///< one that holds CR, LF or NUL turns the whole answer into a 500
  bool close = false;                ///< end the connection after this answer
  /// Send no earlier than this long after the whole request had arrived: an answer whose duration must not tell whether
  /// work was done.
  std::optional<std::chrono::milliseconds> hold_until_after_receipt = {};
  /// If set, the server calls it once, and the answer waits for what it gets: a call, once, on any thread and perhaps
  /// at once, that says whether the answer may go out. If not, a 503 goes out in its place.
  std::function<void(std::function<void(bool)>)> wait_for = {};
};

/// `Application/JSON; charset=utf-8` → `application/json`: a Content-Type without parameters, in lower case.
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace dwarpal::http
