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

Result<core::NewUser> decode_new_user(const JsonFields& fields) {
  return core::NewUser{.email = TRY(decode_email(fields)),
                       .first_name = TRY(fields.short_text("firstName", "firstname", kLongestText)),
                       .last_name = TRY(fields.short_text("lastName", "lastname", kLongestText)),
                       .mobile = TRY(fields.short_text("mobile", {}, kLongestText))};
}

}  // namespace dwarpal::http
