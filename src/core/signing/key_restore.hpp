// Signing keys that are newer than the backup which becomes the store.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/data_keys.hpp"
#include "core/signing/signing_key.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// All keys of the same store at another time, and where they come from, in words.
struct OtherSigningKeys {
  std::vector<SigningKey> keys;
  std::string origin;
};

/// Whether `other` are keys of this store: each one that is published opens under its data keys, is the one that its id
/// and certificate name, and is what the store has under that id. ErrorCode::InvalidInput names the field
/// ("keys[0].dataKey …").
[[nodiscard]] Result<> check_signing_keys(Transaction& transaction, const DataKeys& data_keys,
                                          const std::vector<SigningKey>& other);

/// A key that others knew of, and what it is now.
struct RestoredSigningKey {
  KeyId id;
  SigningKeyState state = SigningKeyState::Pending;
  std::string origin;
};

/// Adds the keys that the store lacks, and moves those that it has to the furthest state that anybody knows; none comes
/// back that was removed or withdrawn. The ACTIVE key that began to sign last goes on to do so. For keys that
/// check_signing_keys() let pass. Each change is recorded, and returned. ErrorCode::InvalidInput if no key is left that
/// signs.
[[nodiscard]] Result<std::vector<RestoredSigningKey>> restore_signing_keys(Transaction& transaction,
                                                                           const AuditTrail& trail,
                                                                           std::span<const OtherSigningKeys> others,
                                                                           Instant now, const CallContext& context);

}  // namespace dwarpal::core
