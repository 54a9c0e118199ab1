// The audit trail as a file of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/audit/audit_reader.hpp"

namespace dwarpal::app {

struct AuditExport {
  std::filesystem::path file;
  std::optional<Instant> since;
  std::optional<Instant> until;
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

/// Writes a new file of JSON lines (core::export_line), complete or not at all, mode 0600; returns how many.
/// ErrorCode::AlreadyExists where there is something of that name.
[[nodiscard]] Result<std::int64_t> export_audit_trail(core::AuditReader& reader, const AuditExport& wanted,
                                                      const core::CallContext& context);

}  // namespace dwarpal::app
