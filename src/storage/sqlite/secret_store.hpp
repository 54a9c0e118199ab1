// SQLite's view of the secrets of entities.
#pragma once

#include "core/entity/entity_secret.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteSecretStore final : public core::SecretStore {
 public:
  explicit SqliteSecretStore(Connection& connection) : connection_(connection) {}

  Result<std::optional<core::EntitySecret>> newest(const EntityUuid& entity) override;
  Result<std::vector<core::SecretState>> live(const EntityUuid& entity) override;
  Result<std::vector<core::CurrentSecret>> current_of(core::EntityStatus status) override;
  Result<> insert(const EntityUuid& entity, const core::EntitySecret& secret) override;
  Result<> erase_texts_before(const EntityUuid& entity, std::int64_t number) override;
  Result<> set_replaced(const EntityUuid& entity, std::int64_t number, Instant replaced_at) override;
  Result<> set_ended(const EntityUuid& entity, std::int64_t number, Instant ended_at) override;
  Result<> set_last_used(const EntityUuid& entity, std::int64_t number, Instant used_at) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
