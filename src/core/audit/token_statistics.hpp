// How many tokens were issued and refused, by hour and entity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/decision_clock.hpp"
#include "core/policy.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// What became of one call for an entity token.
enum class TokenOutcome { Issued, Refused };

/// The whole hour that begins at `hour` (UTC).
struct TokenCount {
  Instant hour;
  EntityUuid entity;  ///< empty: nobody known
  std::int64_t issued = 0;
  std::int64_t refused = 0;
};

/// A place in the list of counts.
struct TokenCountPlace {
  Instant hour;
  EntityUuid entity;
};

/// Hours that begin at or after `since` and before `until`; what is absent does not restrict.
struct TokenCountRange {
  std::optional<Instant> since = std::nullopt;
  std::optional<Instant> until = std::nullopt;
  std::optional<TokenCountPlace> after = std::nullopt;  ///< what comes behind it in the list
  std::size_t limit = 100;
};

/// Port.
class TokenCountStore {
 public:
  virtual ~TokenCountStore() = default;
  /// Adds to what is counted already.
  virtual Result<> add(const TokenCount& count) = 0;
  /// Newest hour first, and in an hour by entity, downwards; of one entity alone, if there is one.
  virtual Result<std::vector<TokenCount>> list(const TokenCountRange& range,
                                               const std::optional<EntityUuid>& entity) = 0;
  /// Removes the hours that begin before `hour`; how many counts.
  virtual Result<std::int64_t> remove_before(Instant hour) = 0;
};

struct TokenStatistic {
  Instant hour;
  std::optional<EntityId> entity;  ///< none: nobody known
  std::int64_t issued = 0;
  std::int64_t refused = 0;
};

/// A part of the statistics, newest hour first.
struct TokenStatistics {
  std::vector<TokenStatistic> items;
  std::optional<TokenCountPlace> next;  ///< where the following part begins (`after`); none: this was the last
};

/// What lies in the store: under load the last seconds are not counted yet. Rights are the caller's to check.
/// ErrorCode::NotFound for an entity that does not exist.
[[nodiscard]] Result<TokenStatistics> token_statistics(Store& store, const TokenCountRange& range,
                                                       const std::optional<EntityId>& entity);

/// Removes the hours that ended before the audit trail has to reach back (Policy::audit_retention). To be called now
/// and then.
[[nodiscard]] Result<> forget_old_token_counts(Store& store, const DecisionClock& clock, const Policy& policy);

}  // namespace dwarpal::core
