// Signing keys outside of their store, for a backup that is put back later.
#pragma once

#include <boost/json/object.hpp>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// All signing keys as of `now`, of every state: {"exportedOn": …, "keys": [{"kid": …, "alg": …, "state": …, …}]}. The
/// private parts are as they lie in the store, sealed under a data key, which only the store's master key opens: who
/// has the export alone has no key. docs/operations.md#copies-of-the-signing-keys tells the members. Audited;
/// ErrorCode::Unauthorized without the operator role.
[[nodiscard]] Result<boost::json::object> export_signing_keys(Store& store, const AuditTrail& audit, Instant now,
                                                              const CallContext& context);

}  // namespace dwarpal::core
