// How many tokens were issued and refused, by hour and entity.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// What became of one call for an entity token.
struct TokenOutcome {
  EntityUuid entity;  ///< empty: the call named none that exists
  bool is_issued = false;
};

/// The whole hour that begins at `hour` (UTC).
struct TokenCount {
  Instant hour;
  EntityUuid entity;  ///< empty: nobody known
  std::int64_t issued = 0;
  std::int64_t refused = 0;
};

/// Port.
class TokenCountStore {
 public:
  virtual ~TokenCountStore() = default;
  /// Adds to what is counted already.
  virtual Result<> add(const TokenCount& count) = 0;
  /// Hours that begin at or after `since` and before `until`, by hour and entity; of one entity alone, if there is one.
  virtual Result<std::vector<TokenCount>> list(Instant since, Instant until,
                                               const std::optional<EntityUuid>& entity) = 0;
};

struct TokenStatistic {
  Instant hour;
  std::optional<EntityId> entity;  ///< none: nobody known
  std::int64_t issued = 0;
  std::int64_t refused = 0;
};

/// What lies in the store: the last seconds are not counted yet. Rights are the caller's to check. ErrorCode::NotFound
/// for an entity that does not exist.
[[nodiscard]] Result<std::vector<TokenStatistic>> token_statistics(Store& store, Instant since, Instant until,
                                                                   const std::optional<EntityId>& entity);

}  // namespace dwarpal::core
