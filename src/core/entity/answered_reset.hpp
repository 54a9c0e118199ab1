// What is remembered of a reset that came with an Idempotency-Key, so that a retry is answered like the first.
#pragma once

#include <optional>
#include <string>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// The answer but for the secret, which is referred to by its number.
struct AnsweredReset {
  crypto::Sha256 key_digest{};  ///< covers the key, the user, the entity and the call
  EntityUuid entity;
  std::int64_t number = 0;
  std::optional<std::int64_t> expiry_days;  ///< as it was asked for
  bool end_older = false;                   ///< as it was asked for
  std::string txn_id;
  Instant answered_at;
  Instant expires_at;  ///< real time, as it was told
  std::string message;
};

/// Port.
class AnsweredResetStore {
 public:
  virtual ~AnsweredResetStore() = default;
  virtual Result<std::optional<AnsweredReset>> find(const crypto::Sha256& key_digest) = 0;
  /// Inserts, or replaces the one with that digest.
  virtual Result<> put(const AnsweredReset& reset) = 0;
  /// Forgets those that were answered at `until` or before. Returns how many.
  virtual Result<std::int64_t> forget(Instant until) = 0;
};

}  // namespace dwarpal::core
