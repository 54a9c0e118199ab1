// Who changed since when: the counter that each commit moves on.
#pragma once

#include <cstdint>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/store.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

/// Up to where a process knows the store.
struct Position {
  std::int64_t change_counter = 0;
  Instant newest_commit;
};

/// The open view's own position.
[[nodiscard]] Result<Position> position(Connection& connection);

/// Moves the counter on, as the last statement before COMMIT. The ports mark what they touch with the
/// counter's next value.
[[nodiscard]] Result<Position> advance(Connection& connection, Instant now);

/// For what is not in the row of the entity itself but remembered with it: secrets, the registry record.
[[nodiscard]] Result<> mark_entity_changed(Connection& connection, const EntityUuid& entity);

/// What was touched after the counter stood at `change_counter`.
[[nodiscard]] Result<core::StoreChange> changes_since(Connection& connection, std::int64_t change_counter);

}  // namespace dwarpal::storage
