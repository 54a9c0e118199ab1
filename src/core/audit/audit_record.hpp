// The audit trail as it lies in the store.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// Which record: the chain, and the number in it, from 1 without gaps.
struct AuditPosition {
  std::int64_t chain = 1;
  std::int64_t number = 0;

  friend auto operator<=>(const AuditPosition&, const AuditPosition&) = default;
};

/// `hmac` covers the chain's name, the number, the time, the text and the record before.
struct AuditRecord {
  AuditPosition position;
  Instant at;
  std::string event;  ///< the JSON of audit_event.hpp
  crypto::Sha256 hmac{};
};

/// The last record of a chain.
struct AuditHead {
  AuditPosition position;
  crypto::Sha256 hmac{};  ///< covers number and HMAC of the last record
};

/// The last record of a chain that retention has removed: the chain goes on behind it.
struct AuditAnchor {
  AuditPosition position;
  crypto::Sha256 hmac{};  ///< that record's own
  crypto::Sha256 seal{};  ///< says, under the chain's key, that retention stopped here
};

/// A place in the trail by time; where several happened at once, by position.
struct AuditCursor {
  Instant at;
  AuditPosition position;
};

/// Records that happened from `since` on, before `until`, and in the order of time before `before`; what is absent does
/// not restrict.
struct AuditRange {
  std::optional<Instant> since = std::nullopt;
  std::optional<Instant> until = std::nullopt;
  std::optional<AuditCursor> before = std::nullopt;
};

/// Port. Chains are numbered from 1; a store begins with an empty first one.
class AuditStore {
 public:
  virtual ~AuditStore() = default;
  /// Of the newest chain, on which records are appended; number 0 and all zero before the first.
  virtual Result<AuditHead> head() = 0;
  /// Of all chains that have one, oldest first.
  virtual Result<std::vector<AuditHead>> heads() = 0;
  virtual Result<> set_head(const AuditHead& head) = 0;
  virtual Result<> append(std::span<const AuditRecord> records) = 0;
  /// The newest in the range, newest first.
  virtual Result<std::vector<AuditRecord>> newest(const AuditRange& range, std::size_t limit) = 0;
  /// At most `limit` of those behind a position, chain by chain, in the order of their numbers.
  virtual Result<std::vector<AuditRecord>> records_after(AuditPosition after, std::size_t limit) = 0;
  /// Oldest chain first.
  virtual Result<std::vector<AuditAnchor>> anchors() = 0;
  /// Removes the chain's records up to the anchor, and leaves the anchor instead.
  virtual Result<> remove_through(const AuditAnchor& anchor) = 0;
};

}  // namespace dwarpal::core
