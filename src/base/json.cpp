#include "base/json.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <vector>

namespace dwarpal {

namespace {

constexpr std::size_t kMaxDepth = 32;

/// Listens to the parser and notes the pointer of every member name that its object had before.
class RepeatedNames {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the parser asks its handler for these names.
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  // NOLINTEND(readability-identifier-naming)

  std::set<std::string, std::less<>> repeated;

  bool on_document_begin(boost::system::error_code&) { return true; }
  bool on_document_end(boost::system::error_code&) { return true; }
  bool on_object_begin(boost::system::error_code&) { return open(); }
  bool on_object_end(std::size_t, boost::system::error_code&) { return close(); }
  bool on_array_begin(boost::system::error_code&) { return open(); }
  bool on_array_end(std::size_t, boost::system::error_code&) { return close(); }
  bool on_key_part(std::string_view part, std::size_t, boost::system::error_code&) {
    key_ += part;
    return true;
  }
  bool on_key(std::string_view part, std::size_t, boost::system::error_code&) {
    key_ += part;
    levels_.back().name = "/" + escaped(key_);
    if (!levels_.back().names.insert(key_).second) repeated.insert(pointer());
    key_.clear();
    return true;
  }
  bool on_string_part(std::string_view, std::size_t, boost::system::error_code&) { return true; }
  bool on_string(std::string_view, std::size_t, boost::system::error_code&) { return value(); }
  bool on_number_part(std::string_view, boost::system::error_code&) { return true; }
  bool on_int64(std::int64_t, std::string_view, boost::system::error_code&) { return value(); }
  bool on_uint64(std::uint64_t, std::string_view, boost::system::error_code&) { return value(); }
  // What no double can hold would become infinity, which JSON cannot write back.
  bool on_double(double number, std::string_view, boost::system::error_code& error) {
    if (!std::isfinite(number)) error = boost::json::error::exponent_overflow;
    return !error.failed() && value();
  }
  bool on_bool(bool, boost::system::error_code&) { return value(); }
  bool on_null(boost::system::error_code&) { return value(); }
  bool on_comment_part(std::string_view, boost::system::error_code&) { return true; }
  bool on_comment(std::string_view, boost::system::error_code&) { return true; }

 private:
  struct Level {
    std::string name = "/0";  // of the member or element that is being read
    std::size_t elements = 0;
    std::set<std::string, std::less<>> names = {};
  };

  static std::string escaped(std::string_view key) {
    std::string text;
    for (const char letter : key) {
      if (letter == '~') text += "~0";
      else if (letter == '/') text += "~1";
      else text += letter;
    }
    return text;
  }

  [[nodiscard]] std::string pointer() const {
    std::string text;
    for (const auto& level : levels_) text += level.name;
    return text;
  }

  bool open() {
    levels_.emplace_back();
    return true;
  }
  bool close() {
    levels_.pop_back();
    return value();
  }
  // Counts the elements of an array; the next name of an object overwrites this.
  bool value() {
    if (!levels_.empty()) levels_.back().name = "/" + std::to_string(++levels_.back().elements);
    return true;
  }

  std::vector<Level> levels_;
  std::string key_;
};

/// Whether each byte stands for itself: in JSON as we write it, or in a string of it. Looked up, for each byte of each
/// token's claims and record is held against this.
using Bytes = std::array<bool, 256>;

constexpr Bytes all_but(std::string_view others) {
  Bytes plain{};
  for (char letter = ' '; letter < '~'; ++letter) plain[static_cast<unsigned char>(letter)] = !others.contains(letter);
  return plain;
}

constexpr Bytes kPlain = all_but(">?");
constexpr Bytes kPlainInString = all_but(">?\"\\");

bool is_plain(char letter) { return kPlain[static_cast<unsigned char>(letter)]; }

std::string in_ascii(std::string text) {
  if (std::ranges::all_of(text, is_plain)) return text;

  // Outside of strings JSON has none of these characters, so each can be escaped where it stands.
  std::string escaped;
  escaped.reserve(text.size() + 16);
  std::vector<std::uint16_t> units;
  for (auto at = text.begin(); at != text.end();) {
    if (is_plain(*at)) {
      escaped += *at++;
      continue;
    }
    units.clear();
    const auto from = at;
    utf8::next(at, text.end());
    utf8::utf8to16(from, at, std::back_inserter(units));
    for (const auto unit : units) fmt::format_to(std::back_inserter(escaped), "\\u{:04x}", unit);
  }
  return escaped;
}

}  // namespace

Result<JsonDocument> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code error;
  JsonDocument document;
  document.value = boost::json::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::InvalidInput, "The text is not valid JSON", error.message());

  boost::json::basic_parser<RepeatedNames> parser(options);
  parser.write_some(false, text.data(), text.size(), error);
  if (error) return fail(ErrorCode::InvalidInput, "The text is not valid JSON", error.message());
  document.repeated = std::move(parser.handler().repeated);
  return document;
}

std::string ascii_json(const boost::json::value& value) { return in_ascii(boost::json::serialize(value)); }

std::string ascii_json(const boost::json::object& object) { return in_ascii(boost::json::serialize(object)); }

void append_json_string(std::string& json, std::string_view text) {
  const auto needs_no_escape = [](char letter) { return kPlainInString[static_cast<unsigned char>(letter)]; };
  if (std::ranges::all_of(text, needs_no_escape)) json.append(1, '"').append(text).append(1, '"');
  else json.append(ascii_json(boost::json::value(text)));
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace dwarpal
