// An answer as the bytes that go over the wire.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace dwarpal::http {

/// What the server adds to an answer.
struct ResponseFrame {
  std::string_view request_id;
  std::string_view date;  ///< IMF-fixdate (RFC 9110 §5.6.7)
  bool is_head = false;   ///< the answer to a HEAD: the length of the body without the body
  bool close = false;
};

/// Whether a header may go out: its name is a token and not one that the server itself writes, and its
/// value cannot end the line. A handler's mistake must never split an answer in two.
[[nodiscard]] bool is_sendable(const Header& header);

/// What goes out after the header.
[[nodiscard]] std::string_view content_of(const Response& response, const ResponseFrame& frame);

/// Writes the answer over `text`, all but a shared body. False, with nothing usable in `text`, if a header is not
/// sendable.
[[nodiscard]] bool render(const Response& response, const ResponseFrame& frame, std::string& text);

}  // namespace dwarpal::http
