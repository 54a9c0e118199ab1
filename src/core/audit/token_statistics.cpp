#include "core/audit/token_statistics.hpp"

#include <map>

#include "core/entity/entity.hpp"

namespace dwarpal::core {

Result<std::vector<TokenStatistic>> token_statistics(Store& store, Instant since, Instant until,
                                                     const std::optional<EntityId>& entity) {
  return store.read([&](Transaction& transaction) -> Result<std::vector<TokenStatistic>> {
    std::optional<EntityUuid> uuid;
    if (entity) {
      const auto found = TRY(transaction.entities().find(*entity));
      if (!found) return fail(ErrorCode::NotFound, "Entity not found");
      uuid = found->uuid;
    }
    std::map<EntityUuid, EntityId> ids;
    std::vector<TokenStatistic> statistics;
    for (const auto& count : TRY(transaction.token_counts().list(since, until, uuid))) {
      auto& statistic = statistics.emplace_back(
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

}  // namespace dwarpal::core
