// `application/x-www-form-urlencoded`, as the two token calls take it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dwarpal::http {

/// WHATWG URL §5.1: percent escapes, and `+` is a space. ErrorCode::InvalidInput for a bad escape and for text that is
/// not UTF-8 or holds a NUL. The answer may be a secret.
[[nodiscard]] Result<std::string> form_decoded(std::string_view text);

/// The fields of a form. Its values may be secrets: they are overwritten when it ends.
class Form {
 public:
  /// ErrorCode::InvalidInput where form_decoded() refuses a name or a value.
  static Result<Form> parse(std::string_view body);

  Form(Form&&) = default;
  Form& operator=(Form&&) = default;
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;
  ~Form();

  /// Empty if it is missing; InvalidInput, naming it, if it stands twice.
  [[nodiscard]] Result<std::string> text(std::string_view name) const;
  /// Of all fields, in their order.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  Form() = default;
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace dwarpal::http
