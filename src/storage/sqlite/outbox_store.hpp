// SQLite's view of mails.
#pragma once

#include "core/mail/outbox.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

class SqliteOutboxStore final : public core::OutboxStore {
 public:
  explicit SqliteOutboxStore(Connection& connection) : connection_(connection) {}

  Result<> insert(const core::Mail& mail) override;
  Result<std::optional<core::Mail>> find(std::string_view id) override;
  Result<std::vector<core::Mail>> search(const core::MailFilter& filter) override;
  Result<core::OutboxBacklog> backlog() override;
  Result<std::vector<core::Mail>> due(Instant now, std::size_t limit) override;
  Result<> update(const core::Mail& mail) override;
  Result<std::int64_t> erase_ended_links(Instant now) override;

 private:
  Connection& connection_;
};

}  // namespace dwarpal::storage
