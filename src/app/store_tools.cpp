#include "app/store_tools.hpp"

#include "base/clock.hpp"
#include "storage/lock_file.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace dwarpal::app {

Result<> migrate_store(const Settings& settings) {
  const auto file = storage::SqliteStore::file_in(settings.data_directory);
  // Before the lock, which would make the directory.
  if (!std::filesystem::exists(file)) {
    return fail(ErrorCode::Unavailable, "There is no store in " + settings.data_directory.string());
  }
  const auto lock = TRY(storage::DirectoryLock::acquire(settings.data_directory));
  const SystemClock clock;
  TRY(storage::SqliteStore::open(settings.data_directory, clock, {.migrate = storage::Migrate::Yes}));
  return {};
}

}  // namespace dwarpal::app
