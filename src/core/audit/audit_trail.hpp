// The audit trail: records in a chain of HMACs, so that what was altered later is found.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_chain.hpp"
#include "core/audit/audit_event.hpp"
#include "core/audit/audit_record.hpp"
#include "core/audit/token_events.hpp"
#include "core/data_keys.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Appends in the transaction of what the record tells. Thread-safe; holds nothing but the key.
class AuditTrail {
 public:
  AuditTrail(const DataKeys& keys, const Clock& clock) : chain_(keys.audit_chain_key()), clock_(clock) {}

  [[nodiscard]] Result<> append(Transaction& transaction, const AuditEvent& event, const CallContext& context) const;
  /// Appends what happened and was serialised before, in this order.
  [[nodiscard]] Result<> append_all(Transaction& transaction, std::span<const TokenEvent> events) const;

  /// Ends the chain and begins the next with this event, to which the old chain's end is added.
  [[nodiscard]] Result<> begin_chain(Transaction& transaction, AuditEvent event, const CallContext& context) const;

  struct Verdict {
    std::int64_t records = 0;                ///< that are as they were written
    std::optional<AuditBreak> first_broken;  ///< the first record that is not
  };
  /// Walks all chains.
  [[nodiscard]] Result<Verdict> verify(Store& store) const;

  [[nodiscard]] const AuditChain& chain() const { return chain_; }

 private:
  AuditChain chain_;
  const Clock& clock_;
};

/// Records a refused call in a transaction of its own; `event.outcome` is set to Refused.
[[nodiscard]] Result<> audit_refusal(Store& store, const AuditTrail& trail, AuditEvent event,
                                     const CallContext& context);

}  // namespace dwarpal::core
