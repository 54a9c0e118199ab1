// /admin/v1: what the console and the tools of operators need.
#pragma once

#include <vector>

#include "core/administration/administration.hpp"
#include "core/entity/entities.hpp"
#include "core/policy.hpp"
#include "core/signing/signing_keys.hpp"
#include "core/user/accounts.hpp"
#include "http/api/admin_call.hpp"

namespace dwarpal::http {

// All references outlive the calls.

/// The members: list, one, suspension and its end, deregistration.
[[nodiscard]] std::vector<AdminCall> admin_entity_calls(core::Administration& administration, core::Entities& entities);
/// The users: list, one, suspension and its end, a new activation link.
[[nodiscard]] std::vector<AdminCall> admin_user_calls(core::Administration& administration, core::Accounts& accounts);
/// The outbox: list, one.
[[nodiscard]] std::vector<AdminCall> admin_mail_calls(core::Administration& administration);
/// Signing keys: list, rotation, withdrawal.
[[nodiscard]] std::vector<AdminCall> admin_key_calls(core::Administration& administration, core::SigningKeys& keys);
/// Statistics, and the state of this node, which serves since `started`.
[[nodiscard]] std::vector<AdminCall> admin_node_calls(core::Administration& administration, const core::Policy& policy,
                                                      const Clock& clock, Instant started);

}  // namespace dwarpal::http
