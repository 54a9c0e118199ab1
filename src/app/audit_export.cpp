#include "app/audit_export.hpp"

#include "storage/new_file.hpp"

namespace dwarpal::app {

Result<std::int64_t> export_audit_trail(core::AuditReader& reader, const AuditExport& wanted,
                                        const core::CallContext& context) {
  auto file = TRY(storage::NewFile::create(wanted.file));
  std::int64_t lines = 0;
  const auto write = [&](std::span<const core::AuditRecord> records, std::int64_t done,
                         std::int64_t total) -> Result<> {
    for (const auto& record : records) TRY(file.write(core::export_line(record)));
    lines += static_cast<std::int64_t>(records.size());
    wanted.progress(done, total);
    return {};
  };
  TRY(reader.export_to(write, wanted.since, wanted.until, context));
  TRY(file.finish());
  return lines;
}

}  // namespace dwarpal::app
