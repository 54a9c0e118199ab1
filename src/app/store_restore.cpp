#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "app/master_key.hpp"
#include "app/store_tools.hpp"
#include "app/time_in_name.hpp"
#include "core/recovery.hpp"
#include "core/signing/key_import.hpp"
#include "core/signing/key_restore.hpp"
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
  if (!error && !storage::sync_directory(to.parent_path())) error.assign(errno, std::generic_category());
  if (!error) return {};
  return fail(ErrorCode::Unavailable,
              fmt::format("{} cannot be moved to {}: {}", from.string(), to.string(), error.message()));
}

/// The file and what SQLite keeps beside it, also without it: a log that is left behind would be taken for the new
/// store's.
Result<fs::path> set_aside(const fs::path& data_directory, Instant now) {
  const auto old = SqliteStore::file_in(data_directory).string();
  const auto aside = (data_directory / fmt::format("dwarpal-set-aside-{}.db", time_in_name(now))).string();
  const bool has_store = has_store_in(data_directory);
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    if (fs::exists(old + suffix, ignored)) TRY(move_file(old + suffix, aside + suffix));
  }
  return has_store ? fs::path(aside) : fs::path();
}

std::unexpected<Error> refuse_export(const NewerKeys& newer, std::string_view problem) {
  return fail(ErrorCode::InvalidSetting, fmt::format("--keys: {}: {}", newer.file.string(), problem));
}

Result<core::SigningKeyExport> read_export(const NewerKeys& newer, Instant as_of) {
  auto read = core::parse_signing_key_export(newer.text);
  if (!read) return refuse_export(newer, read.error().message);
  if (read->exported_on < as_of) {
    return refuse_export(newer, fmt::format("exportedOn is {}, before the newest change in the backup, of {}",
                                            iso8601(read->exported_on), iso8601(as_of)));
  }
  return read;
}

/// Of the store that is to be set aside.
Result<std::vector<core::SigningKey>> keys_in_place(const fs::path& data_directory, const Machine& machine) {
  const auto store = TRY(SqliteStore::open(data_directory, machine.clock, {}));
  return store->read([](core::Transaction& transaction) { return transaction.signing_keys().list(); });
}

/// A backup on its way to be the store.
class Recovery {
 public:
  Recovery(const RestoreRequest& request, const Settings& settings, const Machine& machine, RestoredStore& restored)
      : request_(request), settings_(settings), machine_(machine), restored_(restored) {}

  /// The copy is closed again when this returns, so that the file stands for itself.
  Result<> run(const fs::path& directory, const core::CallContext& context) {
    const auto master_key = TRY(load_master_key(settings_, machine_.random));
    const auto store = TRY(SqliteStore::open(directory, machine_.clock, {.migrate = storage::Migrate::Yes}));
    const auto keys = TRY(core::DataKeys::open(*store, *master_key, machine_.random, machine_.clock));
    TRY(ask_export(*store, keys));
    ask_store_in_place(*store, keys);
    const core::AuditTrail trail(keys, machine_.clock);
    return store->write([&](core::Transaction& transaction) -> Result<> {
      const auto now = machine_.clock.now();
      restored_.users = TRY(core::recover(transaction, trail, restored_.as_of, now, context));
      restored_.keys = TRY(core::restore_signing_keys(transaction, trail, newer_, now, context));
      return {};
    });
  }

 private:
  static Result<> check(core::Store& store, const core::DataKeys& keys, const std::vector<core::SigningKey>& other) {
    return store.read(
        [&](core::Transaction& transaction) { return core::check_signing_keys(transaction, keys, other); });
  }

  Result<> ask_export(core::Store& store, const core::DataKeys& keys) {
    if (!request_.newer_keys) return {};
    auto read = TRY(read_export(*request_.newer_keys, restored_.as_of));
    if (const auto fits = check(store, keys, read.keys); !fits) {
      return refuse_export(*request_.newer_keys, fits.error().message);
    }
    newer_.push_back({.keys = std::move(read.keys), .origin = request_.newer_keys->file.string()});
    return {};
  }

  /// It knows best, if it can be read; the reason may be that it cannot.
  void ask_store_in_place(core::Store& store, const core::DataKeys& keys) {
    if (!has_store_in(settings_.data_directory)) return;
    auto other = keys_in_place(settings_.data_directory, machine_);
    if (other && other->empty()) return;
    const auto fits = other ? check(store, keys, *other) : Result<>(std::unexpected(other.error()));
    if (fits) newer_.push_back({.keys = *std::move(other), .origin = "the store that was there"});
    else restored_.keys_not_asked_for = fits.error().message;
  }

  const RestoreRequest& request_;
  const Settings& settings_;
  const Machine& machine_;
  RestoredStore& restored_;
  std::vector<core::OtherSigningKeys> newer_;
};

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

  const auto staging = TRY(Staging::create(directory));
  RestoredStore restored;
  restored.as_of = TRY(storage::copy_store(request.file, staging.file(), progress));
  TRY(Recovery(request, settings, machine, restored).run(staging.directory(), context));
  restored.set_aside = TRY(set_aside(directory, machine.clock.now()));
  TRY(move_file(staging.file(), SqliteStore::file_in(directory)));
  return restored;
}

}  // namespace dwarpal::app
