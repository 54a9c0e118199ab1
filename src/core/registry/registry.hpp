// The Central Registry: the directory in which members find each other's addresses and keys (docs/registry.md).
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entities.hpp"
#include "core/mail/mailer.hpp"
#include "core/policy.hpp"
#include "core/registry/registry_record.hpp"
#include "core/registry/registry_view.hpp"
#include "core/registry/registry_visibility.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Which part of a list is wanted.
struct RegistryRange {
  EntityId after = {};  ///< empty: from the start
  std::optional<std::size_t> limit = std::nullopt;
};

struct RegistryList {
  SharedRegistryText records;             ///< a JSON array, by id
  std::optional<EntityId> next_is_after;  ///< there is more, after this id
};

/// What replaces a record.
struct RegistryReplacement {
  EntityType type = EntityType::AA;
  boost::json::object entity_info;
  boost::json::object envelope;  ///< the whole request, of which ver, timestamp, txnid, requester are kept
};

/// Thread-safe. Reading takes an actor who is somebody: what they may not see is not there.
class Registry {
 public:
  Registry(Store& store, RegistryView& view, Entities& entities, const Mailer& mailer, const AuditTrail& audit,
           const DecisionClock& clock, const Policy& policy);

  /// The listed records of the type that the actor sees.
  [[nodiscard]] Result<RegistryList> list(EntityType type, const RegistryRange& range, const Actor& actor);
  /// ErrorCode::NotFound "Entity not found". An entity admin sees a record that is not listed yet, an operator one of a
  /// suspended entity, too.
  [[nodiscard]] Result<SharedRegistryText> find(EntityType type, const EntityId& id, const Actor& actor);
  /// What `list` without a range, and `find`, answer an entity, as far as memory can tell, without blocking. Null: ask
  /// those.
  [[nodiscard]] SharedRegistryText list_from_memory(EntityType type, const Actor& entity) const;
  [[nodiscard]] SharedRegistryText find_from_memory(EntityType type, const EntityId& id, const Actor& entity) const;
  /// By an operator, or by an entity admin for what is theirs to change. A `requester` that is left out stays as it is,
  /// an entity admin's `code` too. InvalidInput naming the field; Unauthorized; NotFound for an operator.
  [[nodiscard]] Result<> replace(const RegistryReplacement& replacement, const CallContext& context);
  /// Entities::deregister for an entity of this type. NotFound for an operator.
  [[nodiscard]] Result<> deregister(EntityType type, const EntityId& id, const CallContext& context);

  /// As it lies in the store, whoever asks; none if there is none. NotFound for an id that does not exist.
  [[nodiscard]] Result<std::optional<boost::json::object>> stored_record(const EntityId& id);

 private:
  [[nodiscard]] Result<RegistryVisibility> visibility(const Actor& actor, EntityType type);
  [[nodiscard]] Result<RegistryEntries> own_entries(const Actor& actor, EntityType type);
  [[nodiscard]] Result<bool> may_see(const RegistryEntry& entry, const Actor& actor);
  [[nodiscard]] Result<> write_replacement(Transaction& transaction, AuditEvent& event,
                                           const RegistryReplacement& replacement, RegistryRecord record,
                                           const Actor& actor);

  Store& store_;
  RegistryView& view_;
  Entities& entities_;
  const Mailer& mailer_;
  const AuditTrail& audit_;
  const DecisionClock& clock_;
  const Policy& policy_;
};

}  // namespace dwarpal::core
