// Which passwords are good enough.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/policy.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

inline constexpr std::size_t kMaximumPasswordBytes = 1024;
inline constexpr double kMinimumPasswordBits = 40;

/// Length in characters, no NUL, and strength by zxcvbn fed with the user's names and the network's name.
/// ErrorCode::InvalidInput with the rule that was missed.
[[nodiscard]] Result<> check_password(const Secret& password, const User& user, const Policy& policy);

}  // namespace dwarpal::core
