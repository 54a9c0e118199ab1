#include "http/api/form.hpp"

#include <boost/url/pct_string_view.hpp>

#include "base/secret.hpp"
#include "base/text.hpp"

namespace dwarpal::http {

Result<std::string> form_decoded(std::string_view text) {
  const auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded) return fail(ErrorCode::InvalidInput, "The form has a bad percent escape");
  boost::urls::encoding_opts options;
  options.space_as_plus = true;
  std::string decoded = encoded->decode(options);
  const bool is_text = is_valid_utf8(decoded);
  if (!is_text || decoded.contains('\0')) {
    wipe(decoded);
    return fail(ErrorCode::InvalidInput, is_text ? "The form holds a NUL" : "The form is not valid UTF-8");
  }
  return decoded;
}

Result<Form> Form::parse(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const auto end = body.find('&');
    const auto field = body.substr(0, end);
    body = end == std::string_view::npos ? std::string_view{} : body.substr(end + 1);
    if (field.empty()) continue;
    const auto equals = field.find('=');
    auto name = TRY(form_decoded(field.substr(0, equals)));
    auto value = TRY(form_decoded(equals == std::string_view::npos ? std::string_view{} : field.substr(equals + 1)));
    form.fields_.emplace_back(std::move(name), std::move(value));
  }
  return form;
}

Form::~Form() {
  for (auto& [name, value] : fields_) wipe(value);
}

Result<std::string> Form::text(std::string_view name) const {
  const std::string* found = nullptr;
  for (const auto& [field, value] : fields_) {
    if (field != name) continue;
    if (found != nullptr) return fail(ErrorCode::InvalidInput, std::string(name) + " stands twice in the request");
    found = &value;
  }
  if (found == nullptr) return std::string();
  return *found;
}

std::vector<std::string> Form::names() const {
  std::vector<std::string> names;
  for (const auto& field : fields_) names.push_back(field.first);
  return names;
}

}  // namespace dwarpal::http
