// Documents that a client may keep and ask about again (RFC 9110 §8.8.3, §13.1.2).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace dwarpal::http {

/// A document with its strong ETag and `Cache-Control`: 200 or, where the client has it already, 304.
[[nodiscard]] Response cacheable(const Request& request, std::string_view content_type, std::string body,
                                 std::string_view cache_control);
/// The same for a text that many answers share, and whose digest is known.
[[nodiscard]] Response cacheable(const Request& request, std::string_view content_type,
                                 std::shared_ptr<const std::string> body, std::string_view digest,
                                 std::string_view cache_control);

}  // namespace dwarpal::http
