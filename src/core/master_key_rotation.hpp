// Another master key for a store.
#pragma once

#include <string>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"
#include "crypto/wrapping_key.hpp"

namespace dwarpal::core {

/// The master key before and the one after, which is at `place` from `at` on: words for people, which the store and the
/// audit trail keep.
struct MasterKeyChange {
  const crypto::WrappingKey& before;
  const crypto::WrappingKey& after;
  std::string place;
  Instant at;
};

/// Wraps all data keys anew, in one transaction with its record: from its commit on the store opens with `after` alone,
/// and until then with `before` alone. The data keys, and so all that they protect, stay as they are; a service that
/// runs has no need to notice. ErrorCode::Unauthorized without the operator role, InvalidSetting if `before` does not
/// open the store, Conflict if `after` is the same key or somebody else was first.
[[nodiscard]] Result<> rotate_master_key(Store& store, const AuditTrail& audit, const MasterKeyChange& change,
                                         Random& random, const CallContext& context);

/// When the master key was rotated last, and to which place, as a sentence; empty if it never was. Needs no master key:
/// it is for who has the wrong one.
[[nodiscard]] Result<std::string> last_master_key_rotation(Store& store);

}  // namespace dwarpal::core
