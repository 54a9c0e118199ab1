// The words of the mails.
#pragma once

#include <string>

#include "core/entity/entity.hpp"
#include "core/policy.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// `text` and `html` say the same; `{link}` and `{token}` in them stand for what the Mailer puts in.
struct Letter {
  std::string kind;
  std::string subject;
  std::string text;
  std::string html;
};

[[nodiscard]] Letter activation_letter(const User& user, const Policy& policy);
[[nodiscard]] Letter password_reset_letter(const User& user, const Policy& policy);
/// To all of an entity's active admins.
[[nodiscard]] Letter admin_added_letter(const Entity& entity, const User& added, const Policy& policy);
[[nodiscard]] Letter admin_removed_letter(const Entity& entity, const User& removed, const Policy& policy);
[[nodiscard]] Letter admin_password_reset_letter(const Entity& entity, const User& whose, const Policy& policy);

}  // namespace dwarpal::core
