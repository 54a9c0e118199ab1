// Reading the audit trail, which is audited itself.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_event.hpp"
#include "core/audit/audit_record.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Which records a reader wants; what is empty does not restrict.
struct AuditFilter {
  std::string action = {};   ///< exact, or a prefix that ends in "."
  std::string subject = {};  ///< exact
  std::string actor = {};    ///< exact name
  std::optional<AuditOutcome> outcome = std::nullopt;
  AuditRange range = {};
  std::size_t limit = 100;
  std::size_t look_at = 50'000;  ///< records, for an answer in good time also where few of many match
};

/// A part of the trail, newest first.
struct AuditPage {
  std::vector<AuditRecord> records;
  std::optional<AuditCursor> next;  ///< where the following part begins (AuditRange::before); none: this was the last
};

/// The lines of an export have this form, one JSON object each: `chain`, `number`, `hmac` (base64url) and then the
/// members of the event.
[[nodiscard]] std::string export_line(const AuditRecord& record);

/// The members of the event; of one that somebody altered beyond reading just an `action` that says so.
[[nodiscard]] boost::json::object readable_event(const AuditRecord& record);

/// For who has an operator's rights; ErrorCode::Unauthorized for all others. Thread-safe.
class AuditReader {
 public:
  AuditReader(Store& store, const AuditTrail& trail) : store_(store), trail_(trail) {}

  /// Nothing is given out unless it is recorded that it was read.
  [[nodiscard]] Result<AuditPage> list(const AuditFilter& filter, const CallContext& context);

  /// One record, and it is recorded that it was read. NotFound.
  [[nodiscard]] Result<AuditRecord> show(const AuditPosition& position, const CallContext& context);

  /// Takes some records, in the order of their positions, and how far the walk has come of `total`.
  using Sink = std::function<Result<>(std::span<const AuditRecord> records, std::int64_t done, std::int64_t total)>;
  /// Hands all records to the sink, also the one of this export, that happened from `since` on and before `until`.
  [[nodiscard]] Result<> export_to(const Sink& sink, std::optional<Instant> since, std::optional<Instant> until,
                                   const CallContext& context);

 private:
  [[nodiscard]] Result<> check_right(const AuditEvent& event, const CallContext& context);
  [[nodiscard]] Result<AuditPage> look(const AuditFilter& filter);

  Store& store_;
  const AuditTrail& trail_;
};

}  // namespace dwarpal::core
