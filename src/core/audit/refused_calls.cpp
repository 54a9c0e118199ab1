#include "core/audit/refused_calls.hpp"

#include <boost/json/array.hpp>
#include <utility>
#include <vector>

#include "core/user/guess_limits.hpp"

namespace dwarpal::core {

void RefusedCalls::count(RefusedCall refused, const CallContext& context) {
  Sum sum{.context = context, .first = std::move(refused), .at = clock_.now(), .count = 1, .named = {}};
  if (!sum.first.named.empty()) sum.named.insert(sum.first.named);
  const Place place(guesser_at(context.client_address), sum.first.call);
  const std::lock_guard lock(mutex_);
  add(sums_, place, sum);
}

Result<> RefusedCalls::write() {
  Sums taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(sums_);
  }
  if (taken.empty()) return {};
  std::vector<TokenEvent> records;
  for (const auto& [place, sum] : taken) records.push_back({.event = record_of(sum), .at = sum.at});
  auto written =
      store_.write([&](Transaction& transaction) -> Result<> { return audit_.append_all(transaction, records); });
  if (written) return {};
  const std::lock_guard lock(mutex_);
  for (const auto& [place, sum] : sums_) add(taken, place, sum);  // what was counted meanwhile came later
  sums_ = std::move(taken);
  return written;
}

void RefusedCalls::add(Sums& sums, const Place& place, const Sum& sum) {
  if (sums.size() >= kCapacity && !sums.contains(place)) {
    auto& rest = sums[Place()];
    if (rest.count == 0) rest.at = sum.at;
    rest.count += sum.count;
    return;
  }
  const auto [found, is_new] = sums.try_emplace(place, sum);
  if (is_new) return;
  auto& known = found->second;
  known.count += sum.count;
  for (const auto& named : sum.named) {
    if (known.named.size() < kMostNamed) known.named.insert(named);
  }
}

std::string RefusedCalls::record_of(const Sum& sum) {
  AuditEvent event{.action = "call.refuse", .outcome = AuditOutcome::Refused};
  event.reason = sum.first.call.empty() ? "more calls than are told apart" : sum.first.reason;
  event.details["count"] = sum.count;
  if (!sum.first.call.empty()) event.details["call"] = sum.first.call;
  if (sum.named.size() == 1) event.subject = *sum.named.begin();
  else if (!sum.named.empty()) event.details["named"] = boost::json::array(sum.named.begin(), sum.named.end());
  return serialize(event, sum.context, sum.at);
}

}  // namespace dwarpal::core
