// What ties the records of the audit trail together, and the walk that finds where it does not hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit/audit_record.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// Seals, under the chain's key, what the store holds of the trail. Each chain begins where the one before ended, and
/// so hangs on it. Thread-safe.
class AuditChain {
 public:
  explicit AuditChain(const crypto::HmacKey& key) : key_(key) {}

  /// Sets the record's HMAC, and gives the head after it.
  [[nodiscard]] AuditHead seal(const AuditHead& previous, AuditRecord& record) const;
  [[nodiscard]] bool is_sealed(const AuditHead& previous, const AuditRecord& record) const;
  [[nodiscard]] AuditHead head_after(const AuditRecord& record) const;

  /// The head of a chain on which nothing follows any more. It is another one than before, so that cutting the chains
  /// behind it off does not leave a good end.
  [[nodiscard]] AuditHead closed(const AuditHead& head) const;
  /// What the first record of the next chain refers to.
  [[nodiscard]] static AuditHead next_chain(const AuditHead& head);

  [[nodiscard]] AuditAnchor anchor_at(const AuditRecord& record) const;
  [[nodiscard]] bool is_sealed(const AuditAnchor& anchor) const;
  [[nodiscard]] AuditHead head_after(const AuditAnchor& anchor) const;

 private:
  const crypto::HmacKey& key_;
};

/// The first place where a chain does not hold.
struct AuditBreak {
  AuditPosition position;
  std::string problem;  ///< in words
};

/// Follows the chains from where they begin, record by record, in the order of their positions. For one thread.
class ChainWalk {
 public:
  ChainWalk(const AuditChain& chain, std::vector<AuditHead> heads, std::vector<AuditAnchor> anchors);

  /// What is wrong with the next record; nothing: it is as it was written. After a break the walk is over.
  [[nodiscard]] std::optional<AuditBreak> take(const AuditRecord& record);
  /// What is wrong once there is no further record: the heads tell where the chains end.
  [[nodiscard]] std::optional<AuditBreak> end();

  /// Records that were as they were written.
  [[nodiscard]] std::int64_t records() const { return records_; }

 private:
  [[nodiscard]] std::optional<AuditBreak> enter_chain();
  [[nodiscard]] std::optional<AuditBreak> end_chain() const;

  const AuditChain* chain_;
  std::vector<AuditHead> heads_;
  std::vector<AuditAnchor> anchors_;
  std::size_t current_ = 0;  // of heads_
  AuditHead reached_;
  std::optional<AuditBreak> broken_beginning_;  // of the first chain
  std::int64_t records_ = 0;
};

}  // namespace dwarpal::core
