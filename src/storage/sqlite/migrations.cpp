#include "storage/sqlite/migrations.hpp"

#include <fmt/format.h>

namespace dwarpal::storage {

namespace {

// 0001_first.sql writes it into the file.
constexpr std::int64_t kApplicationId = 0x44777270;

Result<> take(Connection& connection, std::span<const Migration> migrations) {
  // Another process may have taken them while this one waited for the lock.
  const int version = TRY(schema_version(connection)).value_or(0);
  for (const auto& migration : migrations) {
    if (migration.version <= version) continue;
    TRY(connection.run_script(migration.sql));
    TRY(connection.run_script(fmt::format("PRAGMA user_version = {}", migration.version).c_str()));
  }
  return connection.run_script("COMMIT");
}

}  // namespace

Result<std::optional<int>> schema_version(Connection& connection) {
  const auto integer = [](Row& row) { return row.integer(); };
  const auto application_id = TRY(connection.first(integer, "PRAGMA application_id"));
  if (application_id != kApplicationId) {
    const bool is_empty = !TRY(connection.any("SELECT 1 FROM sqlite_schema"));
    if (application_id == 0 && is_empty) return std::nullopt;
    return fail(ErrorCode::InvalidSetting, fmt::format("{} is not a store of dwarpal", connection.file().string()));
  }
  return static_cast<int>(TRY(connection.first(integer, "PRAGMA user_version")).value_or(0));
}

Result<> migrate(Connection& connection, std::span<const Migration> migrations) {
  const int version = TRY(schema_version(connection)).value_or(0);
  // Without the lock, which somebody who writes may hold.
  if (migrations.empty() || migrations.back().version <= version) return {};
  // All at once: a store that is being made is there with its last table or not at all.
  TRY(connection.run_script("BEGIN IMMEDIATE"));
  auto taken = take(connection, migrations);
  if (!connection.roll_back() && taken) taken = fail(ErrorCode::Internal, "A migration did not end");
  return taken;
}

}  // namespace dwarpal::storage
