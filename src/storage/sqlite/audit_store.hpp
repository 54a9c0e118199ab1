// SQLite's view of the audit trail.
#pragma once

#include "core/audit/audit_trail.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteAuditStore final : public core::AuditStore {
 public:
  explicit SqliteAuditStore(Connection& connection) : connection_(connection) {}

  Result<core::AuditHead> head() override;
  Result<> append(const core::AuditRecord& record, const core::AuditHead& head) override;
  Result<std::vector<core::AuditRecord>> list(const core::AuditFilter& filter) override;
  Result<std::vector<core::AuditRecord>> records_after(std::int64_t after, std::size_t limit) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
