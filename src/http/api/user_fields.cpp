#include "http/api/user_fields.hpp"

#include "base/text.hpp"

namespace dwarpal::http {

Result<core::Email> decode_email(const JsonFields& fields) {
  auto email = TRY(fields.text("email"));
  const auto username = TRY(fields.text("username"));
  if (!email.empty() && !username.empty() && !equals_ignoring_case(email, username)) {
    return fail(ErrorCode::InvalidInput, "email and username in the request are different");
  }
  if (email.empty()) email = username;
  if (email.empty()) return fail(ErrorCode::InvalidInput, "User email is missing in the request");
  return core::Email::parse(email);
}

namespace {

Result<std::string> required_name(const JsonFields& fields, std::string_view name, std::string_view older) {
  auto text = TRY(fields.short_text(name, older, kLongestText));
  if (text.empty()) return fail(ErrorCode::InvalidInput, std::string(name) + " is missing in the request");
  return text;
}

}  // namespace

Result<core::NewUser> decode_new_user(const JsonFields& fields) {
  return core::NewUser{.email = TRY(decode_email(fields)),
                       .first_name = TRY(required_name(fields, "firstName", "firstname")),
                       .last_name = TRY(required_name(fields, "lastName", "lastname")),
                       .mobile = TRY(fields.short_text("mobile", {}, kLongestText))};
}

}  // namespace dwarpal::http
