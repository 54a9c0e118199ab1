#include "core/audit/audit_trail.hpp"

#include <fmt/format.h>

namespace dwarpal::core {

namespace {

constexpr std::size_t kRecordsAtATime = 1000;

std::string_view raw(const crypto::Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};  // NOLINT: bytes as characters
}

/// Covers the head before it, which covers the record before it.
crypto::Sha256 record_hmac(const crypto::HmacKey& key, const AuditHead& previous, const AuditRecord& record) {
  return key.mac(fmt::format("record\n{}\n{}\n{}\n{}{}", record.chain, record.number, unix_milliseconds(record.at),
                             raw(previous.hmac), record.event));
}

/// Apart from the records, so that nobody who can only read them knows an earlier head to go back to.
crypto::Sha256 head_hmac(const crypto::HmacKey& key, const AuditRecord& last) {
  return key.mac(fmt::format("head\n{}\n{}\n{}", last.chain, last.number, raw(last.hmac)));
}

AuditHead head_after(const crypto::HmacKey& key, const AuditRecord& record) {
  return {.chain = record.chain, .number = record.number, .hmac = head_hmac(key, record)};
}

}  // namespace

Result<> AuditTrail::append(Transaction& transaction, const AuditEvent& event, const CallContext& context) const {
  const auto now = clock_.now();
  return append_serialized(transaction, serialize(event, context, now), now);
}

Result<> AuditTrail::append_serialized(Transaction& transaction, std::string event, Instant at) const {
  const auto head = TRY(transaction.audit().head());
  AuditRecord record{.chain = head.chain, .number = head.number + 1, .at = at, .event = std::move(event)};
  record.hmac = record_hmac(keys_.audit_chain_key(), head, record);
  return transaction.audit().append(record, head_after(keys_.audit_chain_key(), record));
}

Result<AuditTrail::Verdict> AuditTrail::verify(Store& store) const {
  return store.read([this](Transaction& transaction) -> Result<Verdict> {
    const auto& key = keys_.audit_chain_key();
    const auto written = TRY(transaction.audit().head());
    AuditHead reached{.chain = written.chain};
    const auto broken = [&](std::int64_t number, std::string problem) {
      return Verdict{.records = reached.number, .first_broken = number, .problem = std::move(problem)};
    };

    for (;;) {
      const auto records = TRY(transaction.audit().records_after(reached.number, kRecordsAtATime));
      for (const auto& record : records) {
        const auto expected = reached.number + 1;
        if (record.number != expected) return broken(expected, fmt::format("record {} is missing", expected));
        if (!crypto::constant_time_equal(record_hmac(key, reached, record), record.hmac)) {
          return broken(expected, fmt::format("record {} is not as it was written", expected));
        }
        reached = head_after(key, record);
      }
      if (records.size() < kRecordsAtATime) break;
    }

    if (written.number > reached.number) {
      return broken(reached.number + 1,
                    fmt::format("record {} is missing: the chain's head is at {}", reached.number + 1, written.number));
    }
    if (!crypto::constant_time_equal(reached.hmac, written.hmac)) {
      return broken(reached.number + 1, "the chain's head is not the one that was written after the last record");
    }
    return Verdict{.records = reached.number, .first_broken = std::nullopt, .problem = {}};
  });
}

Result<> audit_refusal(Store& store, const AuditTrail& trail, AuditEvent event, const CallContext& context) {
  event.outcome = AuditOutcome::Refused;
  return store.write([&](Transaction& transaction) { return trail.append(transaction, event, context); });
}

}  // namespace dwarpal::core
