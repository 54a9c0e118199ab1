// The schema's versions, and the way from one to the next.
#pragma once

#include <optional>
#include <span>

#include "base/result.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

/// One step forward; there is none back.
struct Migration {
  int version;
  const char* sql;
};

/// migrations/NNNN_name.sql in their order; the first has version 1.
[[nodiscard]] std::span<const Migration> all_migrations();

/// The version of the schema in a file; none for an empty one. ErrorCode::InvalidSetting for another program's.
[[nodiscard]] Result<std::optional<int>> schema_version(Connection& connection);

/// Takes the steps that the file still lacks, in one transaction: all of them or none.
[[nodiscard]] Result<> migrate(Connection& connection, std::span<const Migration> migrations);

}  // namespace dwarpal::storage
