// The members of a JSON request, read one by one.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace dwarpal::http {

/// Names are read on demand, so that unknown members are ignored. `null` is absent. A member that is read and
/// stands twice, or has another type, is ErrorCode::InvalidInput naming it.
class JsonFields {
 public:
  /// InvalidInput unless the body is a JSON object.
  static Result<JsonFields> parse(std::string_view body);

  /// Empty if absent. `older` is the spelling of older clients; both, and different, is an error.
  [[nodiscard]] Result<std::string> text(std::string_view name, std::string_view older = {}) const;
  /// The same for a text that a person typed: at most `longest` bytes.
  [[nodiscard]] Result<std::string> short_text(std::string_view name, std::string_view older,
                                               std::size_t longest) const;
  /// A whole number ≥ 1, or a text of digits that is one. What is larger than fits is the largest that does.
  [[nodiscard]] Result<std::optional<std::int64_t>> positive_number(std::string_view name) const;
  [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view name) const;
  /// None if absent; the members of the object are checked for repetition like those of the request.
  [[nodiscard]] Result<std::optional<JsonFields>> object(std::string_view name) const;

  /// The member, unless it is absent or null.
  [[nodiscard]] Result<const boost::json::value*> find(std::string_view name) const;
  [[nodiscard]] const boost::json::object& value() const { return value_; }
  /// The first name, at any depth, that stands twice; empty: none.
  [[nodiscard]] std::string first_repeated() const;

 private:
  JsonFields(boost::json::object value, std::set<std::string, std::less<>> repeated)
      : value_(std::move(value)), repeated_(std::move(repeated)) {}

  boost::json::object value_;
  std::set<std::string, std::less<>> repeated_;  // JSON pointers, relative to value_
};

}  // namespace dwarpal::http
