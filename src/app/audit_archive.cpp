#include "app/audit_archive.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "app/time_in_name.hpp"
#include "core/audit/audit_reader.hpp"
#include "core/audit/audit_retention.hpp"
#include "storage/new_file.hpp"

namespace dwarpal::app {

namespace {

/// Tells by its name what is in it, and by the time that it is no other attempt's.
std::string file_name_for(core::AuditPosition first, Instant now) {
  return fmt::format("audit-{}-{:012}-{}.jsonl", first.chain, first.number, time_in_name(now));
}

}  // namespace

Result<ArchivedAudit> archive_audit_trail(Node& node, const std::filesystem::path& directory,
                                          const core::CallContext& context, const std::stop_token& stop) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored)) {
    return fail(ErrorCode::InvalidSetting, "audit.archive_directory: " + directory.string() + " is no directory");
  }
  const auto now = TRY(node.decision_clock.now());
  ArchivedAudit archived;
  std::optional<storage::NewFile> file;
  const auto keep = [&](std::span<const core::AuditRecord> records) -> Result<> {
    if (stop.stop_requested()) return fail(ErrorCode::Unavailable, "The service stops");
    if (!file) {
      archived.file = directory / file_name_for(records.front().position, now);
      file.emplace(TRY(storage::NewFile::create(archived.file)));
    }
    for (const auto& record : records) TRY(file->write(core::export_line(record)));
    return {};
  };
  const core::AuditRetention retention(node.store, node.audit);
  const auto old = TRY(retention.collect(now - node.policy.audit_retention, keep));
  if (!file) return archived;
  TRY(file->finish());
  archived.records = old.records;
  TRY(retention.remove(old, archived.file.string(), context));
  return archived;
}

}  // namespace dwarpal::app
