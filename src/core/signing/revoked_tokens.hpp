// Tokens that were revoked one by one, and so must be known until they would have expired.
#pragma once

#include <cstdint>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Port.
class RevocationStore {
 public:
  virtual ~RevocationStore() = default;
  /// If the token is there already, the later expiry counts.
  virtual Result<> insert(const RevokedToken& token) = 0;
  virtual Result<std::vector<RevokedToken>> list() = 0;
  /// Removes those that have expired at `now`; how many.
  virtual Result<std::int64_t> remove_expired(Instant now) = 0;
};

/// All of them in memory, as each call and each introspection asks. Told of each commit (`add`). Thread-safe;
/// `contains` never blocks on the store.
class RevokedTokens {
 public:
  explicit RevokedTokens(Store& store) : store_(store) {}

  /// Reads what the store holds, in addition.
  [[nodiscard]] Result<> load();
  void add(std::span<const RevokedToken> tokens);
  [[nodiscard]] bool contains(const TokenId& id) const;
  void forget_expired(Instant now);

 private:
  Store& store_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<TokenId, Instant> expiries_;
};

}  // namespace dwarpal::core
