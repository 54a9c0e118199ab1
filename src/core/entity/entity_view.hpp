// What the token call knows of entities without asking the store.
#pragma once

#include <array>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/identifiers.hpp"
#include "base/result.hpp"
#include "core/entity/entity.hpp"
#include "core/entity/entity_secret.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// An entity and its secrets as of one commit. Immutable.
struct EntitySnapshot {
  Entity entity;  ///< without `name` and `created_by`: no decision needs them, and a million are remembered
  std::vector<SecretState> secrets;  ///< live ones, newest first
};

/// A cache of snapshots that is told of each commit (`forget`), so that what it holds is what the store
/// held at the last look. Thread-safe; `peek` never blocks on the store.
class EntityView {
 public:
  explicit EntityView(Store& store) : store_(store) {}

  /// What is remembered, or null.
  [[nodiscard]] std::shared_ptr<const EntitySnapshot> peek(const EntityId& id) const;
  /// A fresh look: notices what other processes committed, then answers from memory or the store.
  /// ErrorCode::NotFound for an id that does not exist. May block.
  [[nodiscard]] Result<std::shared_ptr<const EntitySnapshot>> look(const EntityId& id);
  void forget(const std::vector<EntityId>& ids);

 private:
  struct Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<EntityId, std::shared_ptr<const EntitySnapshot>> snapshots;
    std::uint64_t forgotten = 0;  // counts calls of forget: a look that overlapped one is not remembered
  };
  static constexpr std::size_t kShards = 16;

  [[nodiscard]] Result<std::shared_ptr<const EntitySnapshot>> read(const EntityId& id);

  Shard& shard_of(const EntityId& id) { return shards_[std::hash<EntityId>{}(id) % kShards]; }
  const Shard& shard_of(const EntityId& id) const { return shards_[std::hash<EntityId>{}(id) % kShards]; }

  Store& store_;
  std::array<Shard, kShards> shards_;
};

}  // namespace dwarpal::core
