// The query of a GET, read strictly.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "http/api/form.hpp"

namespace dwarpal::http {

/// From `since` on, before `until`; what is absent does not restrict.
struct TimeRange {
  std::optional<Instant> since;
  std::optional<Instant> until;
};

/// Whatever is wrong is ErrorCode::InvalidInput, naming the parameter.
class Query {
 public:
  static Result<Query> parse(std::string_view text);

  /// A mistyped filter would show too much.
  [[nodiscard]] Result<> refuse_others_than(std::span<const std::string_view> names) const;

  /// Empty if it is missing.
  [[nodiscard]] Result<std::string> text(std::string_view name) const { return form_.text(name); }
  /// `limit`, from 1 to 1000; 100 if it is missing.
  [[nodiscard]] Result<std::size_t> limit() const;
  [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view name) const;

  /// `since` and `until` in Unix milliseconds, the latter later than the former.
  [[nodiscard]] Result<TimeRange> time_range() const;

  /// What `read` makes of the parameter, if it is there. `known` says what it may be.
  template <typename Read>
  [[nodiscard]] auto parsed(std::string_view name, Read read, std::string_view known) const
      -> Result<std::invoke_result_t<Read, std::string_view>> {
    const auto value = TRY(text(name));
    if (value.empty()) return std::nullopt;
    auto meant = read(value);
    if (!meant) return refuse(name, known);
    return meant;
  }

 private:
  explicit Query(Form form) : form_(std::move(form)) {}
  static std::unexpected<Error> refuse(std::string_view name, std::string_view known);

  Form form_;
};

}  // namespace dwarpal::http
