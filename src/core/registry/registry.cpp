#include "core/registry/registry.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/audit/audited_write.hpp"
#include "core/entity/entity_rights.hpp"
#include "core/mail/letters.hpp"
#include "core/registry/record_changes.hpp"
#include "core/registry/record_uniqueness.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

namespace {

using boost::json::object;

std::unexpected<Error> no_such_record() { return fail(ErrorCode::NotFound, "Entity not found"); }

std::unexpected<Error> no_right_on_record() { return fail(ErrorCode::Unauthorized, "Invalid entity id"); }

/// What was put into the registry before it was left out of an update; in the order of a record.
void keep_requester(object& record, const object& before) {
  const auto* requester = before.if_contains("requester");
  if (requester == nullptr || record.contains("requester")) return;
  auto entity_info = std::move(record.at("entityinfo"));
  record.erase("entityinfo");
  record["requester"] = *requester;
  record["entityinfo"] = std::move(entity_info);
}

void keep_code(object& record, const object& before, const object& sent) {
  const auto* code = sent.if_contains("code");
  const auto* info = before.if_contains("entityinfo");
  if (info == nullptr || (code != nullptr && !counts_as_empty(*code))) return;
  if (const auto* kept = info->as_object().if_contains("code")) record.at("entityinfo").as_object()["code"] = *kept;
}

/// Whether a member sees the record of another, or its own.
bool is_seen_by(const RegistryEntry& reader, const RegistryEntry& entry) {
  const auto visible = visible_to(reader.type, entry.type);
  return entry.is_listed() && (visible == RegistryVisibility::Everybody ||
                               (visible == RegistryVisibility::OwnOnly && reader.id == entry.id));
}

object details_of(const RecordChanges& changes) {
  object details{{"entityinfo", changes.entity_info}};
  if (!changes.requester.empty()) details["requester"] = changes.requester;
  return details;
}

}  // namespace

Registry::Registry(Store& store, RegistryView& view, Entities& entities, const Mailer& mailer, const AuditTrail& audit,
                   const DecisionClock& clock, const Policy& policy)
    : store_(store), view_(view), entities_(entities), mailer_(mailer), audit_(audit), clock_(clock), policy_(policy) {}

Result<RegistryVisibility> Registry::visibility(const Actor& actor, EntityType type) {
  if (actor.operator_role) return RegistryVisibility::Everybody;
  if (actor.kind != Actor::Kind::Entity) return RegistryVisibility::OwnOnly;
  const auto reader = TRY(view_.look(EntityId(actor.name)));
  return reader ? visible_to(reader->type, type) : RegistryVisibility::Nobody;
}

/// Those of them that are listed, by id.
Result<RegistryEntries> Registry::own_entries(const Actor& actor, EntityType type) {
  std::vector<EntityId> ids;
  if (actor.kind == Actor::Kind::Entity) {
    ids.emplace_back(actor.name);
  } else {
    ids = TRY(store_.read([&](Transaction& transaction) -> Result<std::vector<EntityId>> {
      std::vector<EntityId> found;
      for (const auto& uuid : TRY(transaction.users().entities_of(actor.user))) {
        if (auto entity = TRY(transaction.entities().find(uuid))) found.push_back(std::move(entity->id));
      }
      return found;
    }));
    std::ranges::sort(ids);
  }
  RegistryEntries entries;
  for (const auto& id : ids) {
    auto entry = TRY(view_.look(id));
    if (entry && entry->type == type && entry->is_listed()) entries.push_back(std::move(entry));
  }
  return entries;
}

Result<RegistryList> Registry::list(EntityType type, const RegistryRange& range, const Actor& actor) {
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  const auto visible = TRY(visibility(actor, type));
  if (visible == RegistryVisibility::Everybody && range.after.empty() && !range.limit) {
    return RegistryList{.records = TRY(view_.list(type)), .next_is_after = std::nullopt};
  }
  RegistryEntries entries;
  const auto limit = range.limit.value_or(kAll);
  if (visible == RegistryVisibility::Everybody) {
    // One more, to see whether there is more.
    entries = TRY(view_.page(type, range.after, limit == kAll ? kAll : limit + 1));
  } else if (visible == RegistryVisibility::OwnOnly) {
    entries = TRY(own_entries(actor, type));
    std::erase_if(entries, [&](const auto& entry) { return entry->id <= range.after; });
  }
  std::optional<EntityId> next_is_after;
  if (entries.size() > limit) {
    entries.resize(limit);
    next_is_after = entries.back()->id;
  }
  return RegistryList{.records = join_records(entries), .next_is_after = std::move(next_is_after)};
}

Result<bool> Registry::may_see(const RegistryEntry& entry, const Actor& actor) {
  if (actor.operator_role) return entry.status != EntityStatus::Deregistered;
  if (actor.kind == Actor::Kind::Entity) {
    const auto reader = TRY(view_.look(EntityId(actor.name)));
    return reader && is_seen_by(*reader, entry);
  }
  return store_.read([&](Transaction& transaction) -> Result<bool> {
    const auto entity = TRY(transaction.entities().find(entry.id));
    return entity ? is_admin_in_service(transaction, actor, *entity) : Result<bool>(false);
  });
}

Result<SharedRegistryText> Registry::find(EntityType type, const EntityId& id, const Actor& actor) {
  const auto entry = TRY(view_.look(id));
  if (!entry || entry->type != type || !entry->record || !TRY(may_see(*entry, actor))) return no_such_record();
  return entry->record;
}

SharedRegistryText Registry::list_from_memory(EntityType type, const Actor& entity) const {
  const auto reader = view_.peek(EntityId(entity.name));
  if (!reader || visible_to(reader->type, type) != RegistryVisibility::Everybody) return nullptr;
  return view_.peek_list(type);
}

SharedRegistryText Registry::find_from_memory(EntityType type, const EntityId& id, const Actor& entity) const {
  const auto reader = view_.peek(EntityId(entity.name));
  const auto entry = view_.peek(id);
  const bool is_found = reader && entry && entry->type == type && is_seen_by(*reader, *entry);
  return is_found ? entry->record : nullptr;
}

Result<> Registry::replace(const RegistryReplacement& replacement, const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto envelope = complete_envelope(replacement.envelope, now, context.txn_id);
  const auto record = validate_record(replacement.type, replacement.entity_info, envelope, policy_);
  return audited_write(store_, audit_, "registry.replace", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<> {
                         if (!record) return std::unexpected(record.error());
                         return write_replacement(transaction, event, replacement, *record, context.actor);
                       });
}

Result<> Registry::write_replacement(Transaction& transaction, AuditEvent& event,
                                     const RegistryReplacement& replacement, RegistryRecord record,
                                     const Actor& actor) {
  auto entity = TRY(transaction.entities().find(record.id));
  if (entity) event.subject = subject_of(*entity);
  if (actor.operator_role) {
    if (!entity || entity->status == EntityStatus::Deregistered || entity->type != record.type) return no_such_record();
  } else if (!entity || !TRY(is_admin_in_service(transaction, actor, *entity))) {
    return no_right_on_record();
  }
  if (entity->type != record.type) return fail(ErrorCode::InvalidInput, "type cannot be changed");

  const auto stored = TRY(transaction.registry().find(entity->uuid));
  const auto before = stored ? stored->record : object();
  keep_requester(record.record, before);
  if (!actor.operator_role) keep_code(record.record, before, replacement.entity_info);
  const auto changes = changes_between(before, record.record);
  if (!actor.operator_role) TRY(check_for_entity_admin(changes));
  TRY(require_unique_record(transaction, record, entity->uuid));

  entity->name = record.name;
  TRY(transaction.entities().update(*entity));
  TRY(transaction.registry().put(entity->uuid, record));
  if (const auto members = members_to_tell(changes); !members.empty()) {
    const auto letter = record_changed_letter(*entity, members, actor.name, policy_);
    TRY(mailer_.post_to_admins(transaction, *entity, letter, TRY(clock_.now())));
  }
  event.details = details_of(changes);
  return {};
}

Result<> Registry::deregister(EntityType type, const EntityId& id, const CallContext& context) {
  const auto entry = TRY(view_.look(id));
  const bool is_there = entry && entry->type == type && entry->status != EntityStatus::Deregistered;
  if (!is_there && context.actor.operator_role) {
    AuditEvent event{.action = "entity.deregister", .reason = no_such_record().error().message};
    if (entry) event.subject = "entity:" + entry->id.text();
    TRY(audit_refusal(store_, audit_, std::move(event), context));
    return no_such_record();
  }
  TRY(entities_.deregister(id, {}, context));
  return {};
}

Result<std::optional<object>> Registry::stored_record(const EntityId& id) {
  return store_.read([&](Transaction& transaction) -> Result<std::optional<object>> {
    const auto entity = TRY(transaction.entities().find(id));
    if (!entity) return no_such_record();
    auto record = TRY(transaction.registry().find(entity->uuid));
    if (!record) return std::optional<object>();
    return std::optional(std::move(record->record));
  });
}

}  // namespace dwarpal::core
