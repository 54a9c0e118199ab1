#include <fmt/format.h>

#include <utility>

#include "app/key_file_rotation.hpp"
#include "app/master_key.hpp"
#include "app/store_tools.hpp"
#include "core/sealed_values.hpp"
#include "storage/sqlite/store_file.hpp"

namespace dwarpal::app {

Result<std::vector<std::string>> check_store(const Settings& settings, const Machine& machine) {
  const auto file = storage::SqliteStore::file_in(settings.data_directory);
  if (!std::filesystem::exists(file)) {
    return fail(ErrorCode::Unavailable, "There is no store in " + settings.data_directory.string());
  }
  // What follows trusts the file.
  if (auto damage = TRY(storage::damage_in(file)); !damage.empty()) return damage;

  const auto master_key = TRY(load_master_key(settings, machine.random));
  const auto store = TRY(storage::SqliteStore::open(settings.data_directory, machine.clock, {}));
  const auto keys = TRY(open_data_keys(*store, *master_key, settings, machine.random, machine.clock, machine.log));
  std::vector<std::string> problems;
  const core::AuditTrail trail(keys, machine.clock);
  if (const auto broken = TRY(trail.verify(*store)).first_broken) problems.push_back("audit trail: " + broken->problem);
  for (const auto& row : TRY(core::rows_that_do_not_open(*store, keys))) {
    problems.push_back(fmt::format("{} does not open under its data key", row));
  }
  return problems;
}

}  // namespace dwarpal::app
