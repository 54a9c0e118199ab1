// JSON from outside, read strictly; JSON to the outside, written in ASCII.
#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dwarpal {

/// A parsed text and the JSON pointers (RFC 6901) of the object members that stood in it twice:
/// the value holds the last of each, and the reader decides whether the name matters.
struct JsonDocument {
  boost::json::value value;
  std::set<std::string, std::less<>> repeated;
};

/// RFC 8259, UTF-8 checked, at most 32 levels deep, no trailing text.
[[nodiscard]] Result<JsonDocument> parse_json(std::string_view text);

/// Compact JSON in pure ASCII in which `>`, `?`, `~` and DEL are `\u` escapes too. The base64url of
/// such a text has no `-` or `_`, which naive decoders of JWTs rely on.
[[nodiscard]] std::string ascii_json(const boost::json::value& value);
[[nodiscard]] std::string ascii_json(const boost::json::object& object);

/// Memory on the stack for a JSON value of every token call, which is serialised and ends before this does. What does
/// not fit comes from the heap; nothing is given back before the end.
class JsonScratch {
 public:
  [[nodiscard]] boost::json::storage_ptr storage() { return &resource_; }

 private:
  std::array<unsigned char, 4096> buffer_;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  boost::json::monotonic_resource resource_{buffer_.data(), buffer_.size()};
};

}  // namespace dwarpal
