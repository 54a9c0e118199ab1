// The audit trail: records in a chain of HMACs, so that what was altered later is found.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_event.hpp"
#include "core/data_keys.hpp"
#include "core/store.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// A record as it lies in the store. `hmac` covers the chain's name, the number, the time, the text and
/// the record before.
struct AuditRecord {
  std::int64_t chain = 1;
  std::int64_t number = 0;  ///< from 1, without gaps
  Instant at;
  std::string event;  ///< the JSON of audit_event.hpp
  crypto::Sha256 hmac{};
};

/// The last record of a chain.
struct AuditHead {
  std::int64_t chain = 1;
  std::int64_t number = 0;
  crypto::Sha256 hmac{};  ///< covers number and HMAC of the last record; all zero in an empty chain
};

/// Which records a reader wants; empty members do not restrict.
struct AuditFilter {
  std::string action;   ///< exact, or a prefix ending in "."
  std::string subject;  ///< exact
  std::string actor;    ///< exact name
  std::optional<Instant> from;
  std::optional<Instant> until;
  std::size_t limit = 100;
};

/// Port.
class AuditStore {
 public:
  virtual ~AuditStore() = default;
  virtual Result<AuditHead> head() = 0;
  /// Inserts the record and moves the head to it.
  virtual Result<> append(const AuditRecord& record, const AuditHead& head) = 0;
  /// The newest that match, newest last.
  virtual Result<std::vector<AuditRecord>> list(const AuditFilter& filter) = 0;
  /// At most `limit` records with a number greater than `after`, in the order of their numbers.
  virtual Result<std::vector<AuditRecord>> records_after(std::int64_t after, std::size_t limit) = 0;
};

/// Appends in the transaction of what the record tells. Thread-safe; holds nothing but the key.
class AuditTrail {
 public:
  AuditTrail(const DataKeys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  [[nodiscard]] Result<> append(Transaction& transaction, const AuditEvent& event, const CallContext& context) const;
  /// Appends an event that happened at `at` and was serialised then.
  [[nodiscard]] Result<> append_serialized(Transaction& transaction, std::string event, Instant at) const;

  struct Verdict {
    std::int64_t records = 0;
    std::optional<std::int64_t> first_broken;  ///< the number of the first record that is not as it was written
    std::string problem;                       ///< in words, when something is broken
  };
  /// Walks the whole chain.
  [[nodiscard]] Result<Verdict> verify(Store& store) const;

 private:
  const DataKeys& keys_;
  const Clock& clock_;
};

/// Records a refused call in a transaction of its own; `event.outcome` is set to Refused.
[[nodiscard]] Result<> audit_refusal(Store& store, const AuditTrail& trail, AuditEvent event,
                                     const CallContext& context);

}  // namespace dwarpal::core
