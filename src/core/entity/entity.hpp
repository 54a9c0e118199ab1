// A member of the network.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"

namespace dwarpal::core {

/// Account Aggregator, Financial Information Provider, Financial Information User.
enum class EntityType { AA, FIP, FIU };
/// docs/lifecycle.md tells the moves between them. Deregistered is final.
enum class EntityStatus { Registered, Active, Suspended, Deregistered };

[[nodiscard]] std::string_view to_string(EntityType type);
[[nodiscard]] std::string_view to_string(EntityStatus status);
[[nodiscard]] std::optional<EntityType> parse_entity_type(std::string_view text);
[[nodiscard]] std::optional<EntityStatus> parse_entity_status(std::string_view text);

struct Entity {
  EntityUuid uuid;
  EntityId id;
  EntityType type = EntityType::AA;
  std::string name;
  EntityStatus status = EntityStatus::Registered;
  std::optional<EntityStatus> status_before_suspension;
  std::optional<Instant> tokens_not_before;  ///< tokens with an earlier `iat` are dead; whole seconds
  Duration clock_shift{0};                   ///< sandbox only: how far its secrets' "now" is ahead
  Instant created_at;
  std::string created_by;  ///< who registered it, as recorded

  /// Kills the tokens that it has so far.
  void cut_off_tokens(Instant now);
  /// Registered or active: what a member does itself, it does then only.
  [[nodiscard]] bool is_in_service() const {
    return status == EntityStatus::Registered || status == EntityStatus::Active;
  }

  /// Its secrets live by its own time, which a sandbox can shift; the wire tells real time.
  [[nodiscard]] Instant own_time(Instant real) const { return real + clock_shift; }
  [[nodiscard]] Instant real_time(Instant own) const { return own - clock_shift; }
};

/// As the audit trail names it.
[[nodiscard]] std::string subject_of(const Entity& entity);
/// Marks what was decided by a time of the entity's own in the details of its audit event.
void mark_clock_shift(boost::json::object& details, const Entity& entity);

/// Which entities a reader wants; empty members do not restrict.
struct EntityFilter {
  std::optional<EntityType> type = std::nullopt;
  std::optional<EntityStatus> status = std::nullopt;
  std::string text = {};  ///< a part of the id or the name, in any case of ASCII letters
  EntityId after = {};    ///< ids greater than this one
  std::size_t limit = 100;
};

/// Port. Entities are never removed: a deregistered id is not used again.
class EntityStore {
 public:
  virtual ~EntityStore() = default;
  virtual Result<std::optional<Entity>> find(const EntityId& id) = 0;
  virtual Result<std::optional<Entity>> find(const EntityUuid& uuid) = 0;
  /// Whether an id exists that is equal when case is ignored.
  virtual Result<bool> exists_ignoring_case(const EntityId& id) = 0;
  /// By id, at most `limit`, ids greater than `after` (empty: from the start).
  virtual Result<std::vector<Entity>> list(const EntityId& after, std::size_t limit) = 0;
  /// By id.
  virtual Result<std::vector<Entity>> search(const EntityFilter& filter) = 0;
  virtual Result<> insert(const Entity& entity) = 0;
  /// Writes name, status, status_before_suspension, tokens_not_before, clock_shift.
  virtual Result<> update(const Entity& entity) = 0;
};

}  // namespace dwarpal::core
