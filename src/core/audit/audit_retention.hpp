// How records leave the trail once they are old: into somebody else's keeping first.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_record.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Removes from the beginning of the trail alone, so that what remains still is a chain. Thread-safe, also beside
/// another process that does the same.
class AuditRetention {
 public:
  AuditRetention(Store& store, const AuditTrail& trail) : store_(store), trail_(trail) {}

  /// What can be removed after it was kept elsewhere.
  struct Old {
    std::int64_t records = 0;
    std::vector<AuditAnchor> anchors;  ///< at the end of each step of the removal, oldest first
  };
  using Keep = std::function<Result<>(std::span<const AuditRecord> records)>;

  /// Hands the records that happened before `until` to `keep`, oldest first, up to the first that did not; `keep` is
  /// not called when there are none. ErrorCode::Conflict where the chain is broken: what was altered stays to be seen.
  [[nodiscard]] Result<Old> collect(Instant until, const Keep& keep) const;

  /// Removes what was collected and kept, in steps, so that others can write in between. `where` says for the audit
  /// trail where it is kept.
  [[nodiscard]] Result<> remove(const Old& old, const std::string& where, const CallContext& context) const;

 private:
  Store& store_;
  const AuditTrail& trail_;
};

}  // namespace dwarpal::core
