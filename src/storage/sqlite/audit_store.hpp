// SQLite's view of the audit trail.
#pragma once

#include "core/audit/audit_record.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteAuditStore final : public core::AuditStore {
 public:
  explicit SqliteAuditStore(Connection& connection) : connection_(connection) {}

  Result<core::AuditHead> head() override;
  Result<std::vector<core::AuditHead>> heads() override;
  Result<> set_head(const core::AuditHead& head) override;
  Result<> append(std::span<const core::AuditRecord> records) override;
  Result<std::vector<core::AuditRecord>> newest(const core::AuditRange& range, std::size_t limit) override;
  Result<std::vector<core::AuditRecord>> records_after(core::AuditPosition after, std::size_t limit) override;
  Result<std::vector<core::AuditAnchor>> anchors() override;
  Result<> remove_through(const core::AuditAnchor& anchor) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
