// The store in one SQLite file, for a network that runs on one machine.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "core/store.hpp"
#include "storage/sqlite/changes.hpp"
#include "storage/sqlite/connection.hpp"

namespace dwarpal::storage {

enum class Create { No, Yes };
enum class Migrate { No, Yes };

struct SqliteOptions {
  Create create = Create::No;                    ///< makes directory and store when there is none
  Migrate migrate = Migrate::No;                 ///< brings an older store up to this program; a new one always is
  std::chrono::milliseconds busy_timeout{5000};  ///< how long to wait for another process's transaction
};

/// Thread-safe. Several processes may have the same store open, and each sees what the others commit. A
/// write inside a write on one thread would wait for itself and aborts instead; the listener may read,
/// but neither write nor look for changes.
class SqliteStore final : public core::Store {
 public:
  /// ErrorCode::NotFound where there is no store and none may be made; InvalidSetting for one that is newer
  /// than this program, older and not to be migrated, or none of ours: it is left as it was. Unavailable when
  /// the file cannot be used. `clock` outlives the store.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& data_directory, const Clock& clock,
                                                   SqliteOptions options);

  /// From now on this is how long a write waits for another process's transaction.
  void set_busy_timeout(std::chrono::milliseconds busy_timeout) { busy_timeout_ = busy_timeout; }

  /// The database file of a data directory; SQLite keeps two more beside it.
  [[nodiscard]] static std::filesystem::path file_in(const std::filesystem::path& data_directory);

  [[nodiscard]] Instant newest_commit() const override { return newest_commit_; }
  [[nodiscard]] Result<> notice_changes() override;
  [[nodiscard]] bool has_noticed_all() override;
  void on_change(std::function<void(const core::StoreChange&)> listener) override;

 private:
  SqliteStore(std::filesystem::path file, const Clock& clock, std::chrono::milliseconds busy_timeout)
      : file_(std::move(file)), clock_(clock), busy_timeout_(busy_timeout) {}

  Result<> write_erased(const Work& work) override;
  Result<> read_erased(const Work& work) override;

  /// Where the store is, and what was touched since this process last looked.
  struct Commit {
    Position position;
    core::StoreChange change;
  };
  Result<Commit> commit(Connection& connection, const Work& work);
  Result<std::optional<std::int64_t>> data_version();
  Result<Commit> look(Connection& connection) const;
  void tell(const Commit& newest);
  Position noticed();

  std::unique_ptr<Connection> idle_reader();
  void give_back(std::unique_ptr<Connection> reader);

  const std::filesystem::path file_;
  const Clock& clock_;
  std::atomic<std::chrono::milliseconds> busy_timeout_;

  std::mutex writer_mutex_;
  std::unique_ptr<Connection> writer_;          // null after a failure that left it unusable
  std::atomic<std::thread::id> writer_thread_;  // none while nobody writes

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Connection>> readers_;  // idle ones

  // Held while the listener is told, so that who looks for changes never returns before they were told.
  std::mutex noticing_mutex_;
  std::unique_ptr<Connection> watcher_;          // never writes: to it, each commit is somebody else's
  std::optional<std::int64_t> watched_version_;  // PRAGMA data_version at the last look
  Position noticed_;
  std::function<void(const core::StoreChange&)> listener_;

  std::atomic<Instant> newest_commit_;
};

}  // namespace dwarpal::storage
