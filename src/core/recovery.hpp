// What has to change in an older copy of the store before it may serve again.
#pragma once

#include <cstdint>
#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// What was used, ended or changed after the copy was made must not come to life again: open links and remembered
/// resets end, every user's tokens do, and the audit trail goes on in a new chain, which names where the old one ended.
/// `as_of`: the newest commit in the copy. Returns how many users there are.
[[nodiscard]] Result<std::int64_t> recover(Transaction& transaction, const AuditTrail& trail, Instant as_of,
                                           Instant now, const CallContext& context);

}  // namespace dwarpal::core
