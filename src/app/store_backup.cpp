#include <fmt/format.h>

#include <system_error>

#include "app/master_key.hpp"
#include "app/store_tools.hpp"
#include "app/time_in_name.hpp"
#include "storage/new_file.hpp"
#include "storage/sqlite/store_file.hpp"

namespace dwarpal::app {

namespace {

std::filesystem::path backup_file(const std::filesystem::path& to, Instant now) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(to, ignored)) return to;
  return to / fmt::format("dwarpal-{}.db", time_in_name(now));
}

std::string origin_of_master_key(const Settings& settings) {
  if (settings.master_key) return "the setting keys.master_key";
  return (settings.master_key_file.empty() ? master_key_in(settings.data_directory) : settings.master_key_file)
      .string();
}

}  // namespace

Result<StoreBackup> back_up_store(Node& node, const std::filesystem::path& to, const core::CallContext& context,
                                  const PagesDone& progress) {
  StoreBackup backup{.file = backup_file(to, node.machine.clock.now()),
                     .bytes = 0,
                     .as_of = {},
                     .master_key = origin_of_master_key(node.settings)};
  auto file = TRY(storage::NewFile::create(backup.file));
  core::AuditEvent event{.action = "store.backup"};
  event.details["file"] = backup.file.string();
  TRY(node.store.write([&](core::Transaction& transaction) { return node.audit.append(transaction, event, context); }));

  const auto source = storage::SqliteStore::file_in(node.settings.data_directory);
  backup.as_of = TRY(storage::copy_store(source, file.unfinished(), progress));
  if (const auto damage = TRY(storage::damage_in(file.unfinished())); !damage.empty()) {
    return fail(ErrorCode::Unavailable, "The store is damaged, and so would be its backup", damage.front());
  }
  std::error_code ignored;
  backup.bytes = std::filesystem::file_size(file.unfinished(), ignored);
  TRY(file.finish());
  return backup;
}

}  // namespace dwarpal::app
