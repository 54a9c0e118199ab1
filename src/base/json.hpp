// JSON from outside, read strictly; JSON to the outside, written in ASCII.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
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

/// Appends `text` as a JSON string with its quotes, in ASCII as above. For the JSON of every token call, which is put
/// together without a value in between.
void append_json_string(std::string& json, std::string_view text);
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace dwarpal
