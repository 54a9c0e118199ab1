// How calls name a user.
#pragma once

#include "base/result.hpp"
#include "core/user/accounts.hpp"
#include "core/user/user.hpp"
#include "http/api/json_fields.hpp"

namespace dwarpal::http {

/// Bytes that a name, a number or a remark may have.
inline constexpr std::size_t kLongestText = 256;

/// `email`, else `username`; both, and different, is an error.
[[nodiscard]] Result<core::Email> decode_email(const JsonFields& fields);
/// The same with `firstName` and `lastName`, and `mobile` if there is one.
[[nodiscard]] Result<core::NewUser> decode_new_user(const JsonFields& fields);

}  // namespace dwarpal::http
