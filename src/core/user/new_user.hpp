// Somebody who is to become a user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

struct NewUser {
  Email email = Email::stored({});
  std::string first_name;  ///< one line; required, but of an operator
  std::string last_name;   ///< the same
  std::string mobile;      ///< empty: none
};

/// Operators, whom the command line creates, may go without a name.
enum class Names { Required, Optional };

/// Names go into tokens and mails: short, and on one line. `prefix` tells where in the request they stand.
/// ErrorCode::InvalidInput naming the field.
[[nodiscard]] Result<> check_names(const NewUser& user, Names names, std::string_view prefix = {});

}  // namespace dwarpal::core
