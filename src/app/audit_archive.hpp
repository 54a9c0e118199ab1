// Old records of the audit trail: out of the store, into files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "app/node.hpp"
#include "base/result.hpp"

namespace dwarpal::app {

struct ArchivedAudit {
  std::int64_t records = 0;    ///< 0: nothing was old enough, and no file was made
  std::filesystem::path file;  ///< JSON lines (core::export_line), mode 0600
};

/// Writes the records that are older than `audit.retention` into a new file in the directory, and removes them from the
/// store once that file is on disk. ErrorCode::InvalidSetting where there is no such directory; Conflict for a broken
/// trail. What fails, or is stopped, leaves the store as it was, or is done by the next call.
[[nodiscard]] Result<ArchivedAudit> archive_audit_trail(Node& node, const std::filesystem::path& directory,
                                                        const core::CallContext& context,
                                                        const std::stop_token& stop = {});

}  // namespace dwarpal::app
