// The words of the mails.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/entity/entity.hpp"
#include "core/policy.hpp"
#include "core/signing/signing_key.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

/// What the Mailer replaces by the link, and by its token alone.
inline constexpr std::string_view kLinkPlaceholder = "{link}";
inline constexpr std::string_view kTokenPlaceholder = "{token}";

/// `text` and `html` say the same. Values from outside stand in them escaped, on one line, and never as a placeholder.
struct Letter {
  std::string kind;
  std::string subject;
  std::string text = {};
  std::string html = {};
};

[[nodiscard]] std::string escape_html(std::string_view text);

[[nodiscard]] Letter activation_letter(const User& user, const Policy& policy);
[[nodiscard]] Letter password_reset_letter(const User& user, const Policy& policy);
/// To all of an entity's active admins.
[[nodiscard]] Letter admin_added_letter(const Entity& entity, const User& added, const Policy& policy);
[[nodiscard]] Letter admin_removed_letter(const Entity& entity, const User& removed, const Policy& policy);
[[nodiscard]] Letter admin_password_reset_letter(const Entity& entity, const User& whose, const Policy& policy);
/// To all active operators: an active entity has no active admin any more.
[[nodiscard]] Letter last_admin_lost_letter(const Entity& entity, const User& lost, const Policy& policy);
/// To all active entity admins of the network: a key that is published, and signs already or is to sign.
[[nodiscard]] Letter signing_key_letter(const SigningKey& key, const Policy& policy);
[[nodiscard]] Letter signing_key_withdrawn_letter(const SigningKey& key, const Policy& policy);
/// `members`: names of changed members of the record.
[[nodiscard]] Letter record_changed_letter(const Entity& entity, const std::vector<std::string>& members,
                                           std::string_view changed_by, const Policy& policy);

}  // namespace dwarpal::core
