#include "core/audit/token_statistics.hpp"

#include <chrono>
#include <map>

#include "core/entity/entity.hpp"

namespace dwarpal::core {

Result<TokenStatistics> token_statistics(Store& store, const TokenCountRange& range,
                                         const std::optional<EntityId>& entity) {
  return store.read([&](Transaction& transaction) -> Result<TokenStatistics> {
    std::optional<EntityUuid> uuid;
    if (entity) {
      const auto found = TRY(transaction.entities().find(*entity));
      if (!found) return fail(ErrorCode::NotFound, "Entity not found");
      uuid = found->uuid;
    }
    auto one_more = range;  // to know whether there is more
    ++one_more.limit;
    auto counts = TRY(transaction.token_counts().list(one_more, uuid));
    TokenStatistics statistics;
    if (counts.size() > range.limit) {
      counts.resize(range.limit);
      statistics.next = TokenCountPlace{.hour = counts.back().hour, .entity = counts.back().entity};
    }
    std::map<EntityUuid, EntityId> ids;
    for (const auto& count : counts) {
      auto& statistic = statistics.items.emplace_back(
          TokenStatistic{.hour = count.hour, .entity = {}, .issued = count.issued, .refused = count.refused});
      if (count.entity.empty()) continue;
      auto& id = ids[count.entity];
      if (id.empty()) {
        const auto found = TRY(transaction.entities().find(count.entity));
        if (found) id = found->id;
      }
      statistic.entity = id;
    }
    return statistics;
  });
}

Result<> forget_old_token_counts(Store& store, const DecisionClock& clock, const Policy& policy) {
  const auto oldest = std::chrono::floor<std::chrono::hours>(TRY(clock.now()) - policy.audit_retention);
  TRY(store.write([oldest](Transaction& transaction) { return transaction.token_counts().remove_before(oldest); }));
  return {};
}

}  // namespace dwarpal::core
