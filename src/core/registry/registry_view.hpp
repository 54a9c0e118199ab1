// What the registry answers, ready to be sent.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/identifiers.hpp"
#include "base/result.hpp"
#include "core/entity/entity.hpp"
#include "core/registry/registry_record.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// A JSON text that many answers share, and by what to tell whether it is still the same. Immutable.
struct RegistryText {
  explicit RegistryText(std::string json);

  std::string text;
  std::string digest;  ///< SHA-256, in base64url
};
using SharedRegistryText = std::shared_ptr<const RegistryText>;

/// An entity as the registry knows it as of one commit. Immutable.
struct RegistryEntry {
  EntityId id;
  EntityType type = EntityType::AA;
  EntityStatus status = EntityStatus::Registered;
  bool complete = false;
  SharedRegistryText record;  ///< null if it has none

  /// Whether other members may see it at all.
  [[nodiscard]] bool is_listed() const { return record && complete && status == EntityStatus::Active; }
};
using RegistryEntries = std::vector<std::shared_ptr<const RegistryEntry>>;

/// A JSON array of the entries' records, in their order.
[[nodiscard]] SharedRegistryText join_records(const RegistryEntries& entries);

/// All entities and their records in memory. It is told of each commit (`forget`) and reads what was touched when it is
/// asked the next time; each call takes a fresh look, so that an answer is never older than the question. The list of a
/// type is put together once, and again only after one of its records has changed. Thread-safe; may block.
class RegistryView {
 public:
  explicit RegistryView(Store& store) : store_(store) {}

  /// Null for an id that does not exist.
  [[nodiscard]] Result<std::shared_ptr<const RegistryEntry>> look(const EntityId& id);
  /// The records of all listed entities of the type, by id.
  [[nodiscard]] Result<SharedRegistryText> list(EntityType type);
  /// At most `limit` listed entities of the type, by id, with ids greater than `after`.
  [[nodiscard]] Result<RegistryEntries> page(EntityType type, const EntityId& after, std::size_t limit);
  /// As `look` and `list`, no older and without waiting; null where that cannot be.
  [[nodiscard]] std::shared_ptr<const RegistryEntry> peek(const EntityId& id) const;
  [[nodiscard]] SharedRegistryText peek_list(EntityType type) const;
  void forget(const std::vector<EntityId>& ids);

 private:
  [[nodiscard]] Result<> refresh();
  [[nodiscard]] Result<> refresh_touched();
  [[nodiscard]] RegistryEntries listed(EntityType type, const EntityId& after, std::size_t limit) const;
  void put(RegistryAnswer answer);
  [[nodiscard]] bool is_fresh() const;

  Store& store_;
  // Held while the store is read, or a list is put together: once for all who wait, and without keeping others waiting.
  std::mutex refreshing_;
  std::mutex joining_;

  mutable std::shared_mutex mutex_;  // for all below
  bool is_loaded_ = false;
  std::set<EntityId> touched_;  // since they were read
  std::map<EntityId, std::shared_ptr<const RegistryEntry>> entries_;
  struct List {
    SharedRegistryText text;    // null: to be put together
    std::uint64_t changes = 0;  // of the records that stand in it
  };
  std::array<List, 3> lists_;  // by type
};

}  // namespace dwarpal::core
