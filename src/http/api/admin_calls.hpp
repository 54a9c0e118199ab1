// /admin/v1: what the console and the tools of operators need.
#pragma once

#include <vector>

#include "core/administration/administration.hpp"
#include "core/audit/audit_reader.hpp"
#include "core/entity/entities.hpp"
#include "core/policy.hpp"
#include "core/signing/revocations.hpp"
#include "core/signing/signing_keys.hpp"
#include "core/user/accounts.hpp"
#include "http/api/admin_call.hpp"

namespace dwarpal::http {

// All references outlive the calls.

/// The audit trail: list, one record.
[[nodiscard]] std::vector<AdminCall> admin_audit_calls(core::AuditReader& audit);
/// The members: list, one, suspension and its end, deregistration, the end of their tokens.
[[nodiscard]] std::vector<AdminCall> admin_entity_calls(core::Administration& administration, core::Entities& entities,
                                                        core::Revocations& revocations);
/// The users: list, one, suspension and its end, a new activation link, the end of their tokens.
[[nodiscard]] std::vector<AdminCall> admin_user_calls(core::Administration& administration, core::Accounts& accounts,
                                                      core::Revocations& revocations);
/// One token: its end.
[[nodiscard]] std::vector<AdminCall> admin_token_calls(core::Revocations& revocations);
/// The outbox: list, one.
[[nodiscard]] std::vector<AdminCall> admin_mail_calls(core::Administration& administration);
/// Signing keys: list, rotation, withdrawal.
[[nodiscard]] std::vector<AdminCall> admin_key_calls(core::Administration& administration, core::SigningKeys& keys);
/// Statistics, and the state of this node, which serves since `started`.
[[nodiscard]] std::vector<AdminCall> admin_node_calls(core::Administration& administration, const core::Policy& policy,
                                                      const Clock& clock, Instant started);

}  // namespace dwarpal::http
