#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "app/master_key.hpp"
#include "app/store_tools.hpp"
#include "app/time_in_name.hpp"
#include "core/recovery.hpp"
#include "storage/data_directory.hpp"
#include "storage/lock_file.hpp"
#include "storage/sqlite/store_file.hpp"

namespace dwarpal::app {

namespace {

namespace fs = std::filesystem;
using storage::SqliteStore;

/// A directory in the data directory, where the copy becomes a store that may serve; gone afterwards.
class Staging {
 public:
  static Result<Staging> create(const fs::path& data_directory) {
    Staging staging(data_directory / "restore-unfinished");
    std::error_code ignored;
    fs::remove_all(staging.directory_, ignored);  // of somebody who was killed; the lock is ours
    TRY(storage::make_data_directory(staging.directory_));
    TRY(storage::make_private_file(SqliteStore::file_in(staging.directory_)));
    return staging;
  }
  ~Staging() {
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  Staging(Staging&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}
  Staging& operator=(Staging&&) = delete;

  [[nodiscard]] const fs::path& directory() const { return directory_; }
  [[nodiscard]] fs::path file() const { return SqliteStore::file_in(directory_); }

 private:
  explicit Staging(fs::path directory) : directory_(std::move(directory)) {}

  fs::path directory_;
};

/// A sandbox would make a new master key where there is none, and that opens no backup.
Result<> require_given_master_key(const Settings& settings) {
  const auto file = master_key_in(settings.data_directory);
  std::error_code ignored;
  if (names_master_key(settings) || fs::exists(file, ignored)) return {};
  return fail(ErrorCode::InvalidSetting,
              "keys.master_key_file: the backup opens with the master key of the store that it was made of. Set "
              "it, or put that store's master.key to " +
                  file.string());
}

bool has_store_in(const fs::path& data_directory) {
  std::error_code ignored;
  return fs::exists(SqliteStore::file_in(data_directory), ignored);
}

Result<> move_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  return fail(ErrorCode::Unavailable,
              fmt::format("{} cannot be moved to {}: {}", from.string(), to.string(), error.message()));
}

/// The file and what SQLite keeps beside it: a log that is left behind would be taken for the new store's.
Result<fs::path> set_aside(const fs::path& data_directory, Instant now) {
  const auto old = SqliteStore::file_in(data_directory).string();
  const auto aside = (data_directory / fmt::format("dwarpal-set-aside-{}.db", time_in_name(now))).string();
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    if (fs::exists(old + suffix, ignored)) TRY(move_file(old + suffix, aside + suffix));
  }
  return fs::path(aside);
}

/// Closed again when this returns, so that the file stands for itself.
Result<std::int64_t> recover_copy(const Staging& staging, const crypto::WrappingKey& master_key, Instant as_of,
                                  const Machine& machine, const core::CallContext& context) {
  const auto store = TRY(SqliteStore::open(staging.directory(), machine.clock, {.migrate = storage::Migrate::Yes}));
  const auto keys = TRY(core::DataKeys::open(*store, master_key, machine.random, machine.clock));
  const core::AuditTrail trail(keys, machine.clock);
  return store->write([&](core::Transaction& transaction) {
    return core::recover(transaction, trail, as_of, machine.clock.now(), context);
  });
}

}  // namespace

Result<RestoredStore> restore_store(const Settings& settings, const RestoreRequest& request, const Machine& machine,
                                    const core::CallContext& context, const PagesDone& progress) {
  const auto& directory = settings.data_directory;
  TRY(storage::check_is_store(request.file));
  TRY(require_given_master_key(settings));
  const auto lock = TRY(storage::DirectoryLock::acquire(directory));
  if (has_store_in(directory) && !request.replaces_existing) {
    return fail(ErrorCode::AlreadyExists, fmt::format("There is a store in {} already. --replace-existing-store sets "
                                                      "it aside and puts the backup in its place",
                                                      directory.string()));
  }
  if (const auto damage = TRY(storage::damage_in(request.file)); !damage.empty()) {
    return fail(ErrorCode::InvalidSetting, request.file.string() + " is damaged", damage.front());
  }
  const auto master_key = TRY(load_master_key(settings, machine.random));

  const auto staging = TRY(Staging::create(directory));
  RestoredStore restored;
  restored.as_of = TRY(storage::copy_store(request.file, staging.file(), progress));
  restored.users = TRY(recover_copy(staging, *master_key, restored.as_of, machine, context));
  if (has_store_in(directory)) restored.set_aside = TRY(set_aside(directory, machine.clock.now()));
  TRY(move_file(staging.file(), SqliteStore::file_in(directory)));
  return restored;
}

}  // namespace dwarpal::app
