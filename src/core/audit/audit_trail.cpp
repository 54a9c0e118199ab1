#include "core/audit/audit_trail.hpp"

#include <utility>
#include <vector>

#include "crypto/base64url.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kVerifiedAtATime = 1000;
// A chain's numbers begin at 1; whatever lies before is to be found, too.
constexpr AuditPosition kBeforeAll{.chain = INT64_MIN, .number = INT64_MIN};

AuditPosition next(AuditPosition position) { return {.chain = position.chain, .number = position.number + 1}; }

}  // namespace

Result<> AuditTrail::append(Transaction& transaction, const AuditEvent& event, const CallContext& context) const {
  const auto now = clock_.now();
  const TokenEvent serialized{.event = serialize(event, context, now), .at = now};
  return append_all(transaction, std::span(&serialized, 1));
}

Result<> AuditTrail::append_all(Transaction& transaction, std::span<const TokenEvent> events) const {
  if (events.empty()) return {};
  auto head = TRY(transaction.audit().head());
  std::vector<AuditRecord> records;
  records.reserve(events.size());
  for (const auto& event : events) {
    auto& record = records.emplace_back(
        AuditRecord{.position = next(head.position), .at = event.at, .event = event.event, .hmac = {}});
    head = chain_.seal(head, record);
  }
  TRY(transaction.audit().append(records));
  return transaction.audit().set_head(head);
}

Result<> AuditTrail::begin_chain(Transaction& transaction, AuditEvent event, const CallContext& context) const {
  const auto old = TRY(transaction.audit().head());
  // Named as it is from now on: with the head of before, the new chain could be cut off unseen.
  const auto closed = chain_.closed(old);
  event.details["previousChain"] = old.position.chain;
  event.details["previousNumber"] = old.position.number;
  event.details["previousHead"] = crypto::base64url_encode(closed.hmac);
  const auto now = clock_.now();
  const auto begin = AuditChain::next_chain(old);
  AuditRecord first{.position = next(begin.position), .at = now, .event = serialize(event, context, now), .hmac = {}};
  const auto head = chain_.seal(begin, first);
  TRY(transaction.audit().set_head(closed));
  TRY(transaction.audit().append(std::span(&first, 1)));
  return transaction.audit().set_head(head);
}

Result<AuditTrail::Verdict> AuditTrail::verify(Store& store) const {
  return store.read([this](Transaction& transaction) -> Result<Verdict> {
    ChainWalk walk(chain_, TRY(transaction.audit().heads()), TRY(transaction.audit().anchors()));
    for (auto position = kBeforeAll;;) {
      const auto records = TRY(transaction.audit().records_after(position, kVerifiedAtATime));
      for (const auto& record : records) {
        if (auto broken = walk.take(record)) return Verdict{.records = walk.records(), .first_broken = broken};
      }
      if (records.size() < kVerifiedAtATime) break;
      position = records.back().position;
    }
    return Verdict{.records = walk.records(), .first_broken = walk.end()};
  });
}

Result<> audit_refusal(Store& store, const AuditTrail& trail, AuditEvent event, const CallContext& context) {
  event.outcome = AuditOutcome::Refused;
  return store.write([&](Transaction& transaction) { return trail.append(transaction, event, context); });
}

}  // namespace dwarpal::core
