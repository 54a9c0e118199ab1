#include "core/audit/audit_retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace dwarpal::core {

namespace {

constexpr std::size_t kCollectedAtATime = 1000;
constexpr AuditPosition kTrailBegin{.chain = INT64_MIN, .number = INT64_MIN};

}  // namespace

Result<AuditRetention::Old> AuditRetention::collect(Instant until, const Keep& keep) const {
  auto walk = TRY(store_.read([&](Transaction& transaction) -> Result<ChainWalk> {
    return ChainWalk(trail_.chain(), TRY(transaction.audit().heads()), TRY(transaction.audit().anchors()));
  }));
  Old old;
  for (auto position = kTrailBegin;;) {
    auto records = TRY(store_.read(
        [&](Transaction& transaction) { return transaction.audit().records_after(position, kCollectedAtATime); }));
    const auto read = records.size();
    const auto young = std::ranges::find_if(records, [&](const AuditRecord& record) { return record.at >= until; });
    records.erase(young, records.end());
    for (const auto& record : records) {
      if (const auto broken = walk.take(record)) {
        return fail(ErrorCode::Conflict, "The audit trail is broken, so nothing is removed from it", broken->problem);
      }
    }
    if (records.empty()) return old;
    TRY(keep(records));
    old.records += static_cast<std::int64_t>(records.size());
    for (std::size_t at = 0; at < records.size(); ++at) {
      const bool ends_chain = at + 1 == records.size() || records[at + 1].position.chain != records[at].position.chain;
      if (ends_chain) old.anchors.push_back(trail_.chain().anchor_at(records[at]));
    }
    if (records.size() < read || read < kCollectedAtATime) return old;
    position = records.back().position;
  }
}

Result<> AuditRetention::remove(const Old& old, const std::string& where, const CallContext& context) const {
  bool is_recorded = false;
  for (const auto& anchor : old.anchors) {
    TRY(store_.write([&](Transaction& transaction) -> Result<> {
      // Somebody beside us may have come further.
      for (const auto& there : TRY(transaction.audit().anchors())) {
        if (there.position.chain == anchor.position.chain && there.position >= anchor.position) return {};
      }
      TRY(transaction.audit().remove_through(anchor));
      if (is_recorded) return {};
      const auto& last = old.anchors.back().position;
      AuditEvent event{.action = "audit.archive"};
      event.details = {
          {"file", where}, {"records", old.records}, {"lastChain", last.chain}, {"lastNumber", last.number}};
      return trail_.append(transaction, event, context);
    }));
    is_recorded = true;
  }
  return {};
}

}  // namespace dwarpal::core
