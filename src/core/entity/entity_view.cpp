#include "core/entity/entity_view.hpp"

#include <mutex>
#include <utility>

namespace dwarpal::core {

namespace {

Entity what_decisions_need(Entity&& entity) {
  return {.uuid = std::move(entity.uuid),
          .id = std::move(entity.id),
          .type = entity.type,
          .name = {},
          .status = entity.status,
          .status_before_suspension = entity.status_before_suspension,
          .tokens_not_before = entity.tokens_not_before,
          .clock_shift = entity.clock_shift,
          .created_at = entity.created_at,
          .created_by = {}};
}

}  // namespace

std::shared_ptr<const EntitySnapshot> EntityView::peek(const EntityId& id) const {
  const auto& shard = shard_of(id);
  const std::shared_lock lock(shard.mutex);
  const auto found = shard.snapshots.find(id);
  return found == shard.snapshots.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const EntitySnapshot>> EntityView::look(const EntityId& id) {
  TRY(store_.notice_changes());
  if (auto remembered = peek(id)) return remembered;

  auto& shard = shard_of(id);
  std::uint64_t forgotten_before = 0;
  {
    const std::shared_lock lock(shard.mutex);
    forgotten_before = shard.forgotten;
  }
  auto snapshot = TRY(read(id));

  const std::unique_lock lock(shard.mutex);
  if (shard.forgotten == forgotten_before) shard.snapshots[id] = snapshot;
  return snapshot;
}

void EntityView::forget(const std::vector<EntityId>& ids) {
  for (const auto& id : ids) {
    auto& shard = shard_of(id);
    const std::unique_lock lock(shard.mutex);
    shard.snapshots.erase(id);
    ++shard.forgotten;
  }
}

Result<std::shared_ptr<const EntitySnapshot>> EntityView::read(const EntityId& id) {
  return store_.read([&](Transaction& transaction) -> Result<std::shared_ptr<const EntitySnapshot>> {
    auto entity = TRY(transaction.entities().find(id));
    if (!entity) return fail(ErrorCode::NotFound, "Entity not found");
    auto secrets = TRY(transaction.secrets().live(entity->uuid));
    return std::make_shared<const EntitySnapshot>(
        EntitySnapshot{.entity = what_decisions_need(std::move(*entity)), .secrets = std::move(secrets)});
  });
}

}  // namespace dwarpal::core
