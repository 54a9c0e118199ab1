#include "storage/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "storage/data_directory.hpp"
#include "storage/sqlite/migrations.hpp"
#include "storage/sqlite/transaction.hpp"

namespace dwarpal::storage {

namespace {

/// Runs `work(Connection&)` in a transaction, which is over afterwards whatever happened. A connection that
/// cannot be brought out of its transaction is closed; one that is missing is opened.
template <typename Work>
auto in_transaction(std::unique_ptr<Connection>& connection, const std::filesystem::path& file, Connection::Use use,
                    std::chrono::milliseconds busy_timeout, Work work) -> std::invoke_result_t<Work, Connection&> {
  struct Ending {
    std::unique_ptr<Connection>& connection;
    ~Ending() {
      if (!connection->roll_back()) connection.reset();
    }
  };
  if (!connection) connection = TRY(Connection::open(file, use, busy_timeout));
  const Ending ending{connection};
  // A writer takes the lock at once: one that has read first may find that it cannot write any more.
  TRY(connection->run(use == Connection::Use::Write ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED"));
  return work(*connection);
}

/// Says which thread writes, for as long as it does.
class Writing {
 public:
  explicit Writing(std::atomic<std::thread::id>& writer) : writer_(writer) { writer_ = std::this_thread::get_id(); }
  ~Writing() { writer_ = std::thread::id(); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

 private:
  std::atomic<std::thread::id>& writer_;
};

Result<> bring_up(Connection& connection, const SqliteOptions& options) {
  const auto file = connection.file().string();
  const auto version = TRY(schema_version(connection));
  const int newest = all_migrations().back().version;
  if (!version && options.create == Create::No) {
    return fail(ErrorCode::NotFound, fmt::format("There is no store in {}", connection.file().parent_path().string()));
  }
  if (version && *version > newest) {
    return fail(ErrorCode::InvalidSetting,
                fmt::format("The store {} was written by a newer dwarpal (schema {}; this one knows {})", file,
                            *version, newest));
  }
  if (version && *version < newest && options.migrate == Migrate::No) {
    return fail(ErrorCode::InvalidSetting,
                fmt::format("The store {} is of an older dwarpal (schema {}; this one needs {}): run `dwarpal store "
                            "migrate`",
                            file, *version, newest));
  }
  TRY(connection.first([](Row& row) { return row.text(); }, "PRAGMA journal_mode = WAL"));
  return migrate(connection, all_migrations());
}

/// The same error, saying which file it is about: at the start that is what one has to know.
Error naming(const std::filesystem::path& file, Error error) {
  if (error.message.find(file.string()) == std::string::npos) error.message += ": " + file.string();
  return error;
}

}  // namespace

std::filesystem::path SqliteStore::file_in(const std::filesystem::path& data_directory) {
  return data_directory / "dwarpal.db";
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& data_directory, const Clock& clock,
                                                       SqliteOptions options) {
  const auto file = file_in(data_directory);
  if (options.create == Create::Yes) {
    TRY(make_data_directory(data_directory));
    TRY(make_private_file(file));
  } else if (std::error_code ignored; !std::filesystem::exists(file, ignored)) {
    return fail(ErrorCode::NotFound, fmt::format("There is no store in {}", data_directory.string()));
  }

  std::unique_ptr<SqliteStore> store(new SqliteStore(file, clock, options.busy_timeout));
  const auto start = [&]() -> Result<> {
    store->writer_ = TRY(Connection::open(file, Connection::Use::Write, options.busy_timeout));
    TRY(bring_up(*store->writer_, options));
    store->watcher_ = TRY(Connection::open(file, Connection::Use::Read, options.busy_timeout));
    store->noticed_ = TRY(position(*store->watcher_));
    store->newest_commit_ = store->noticed_.newest_commit;
    return {};
  };
  if (auto started = start(); !started) return std::unexpected(naming(file, std::move(started).error()));
  return store;
}

Result<> SqliteStore::write_erased(const Work& work) {
  if (writer_thread_ == std::this_thread::get_id()) {
    std::fputs("dwarpal: a write inside a write\n", stderr);
    std::abort();
  }
  std::unique_lock lock(writer_mutex_);
  const auto committed = [&]() -> Result<Commit> {
    const Writing writing(writer_thread_);
    if (writer_) TRY(writer_->set_busy_timeout(busy_timeout_));
    return in_transaction(writer_, file_, Connection::Use::Write, busy_timeout_,
                          [&](Connection& connection) { return commit(connection, work); });
  }();
  lock.unlock();
  if (!committed) return std::unexpected(committed.error());
  const std::lock_guard noticing(noticing_mutex_);
  tell(*committed);
  return {};
}

Result<SqliteStore::Commit> SqliteStore::commit(Connection& connection, const Work& work) {
  SqliteTransaction transaction(connection);
  const auto rows_before = connection.rows_written();
  TRY(work(transaction));
  // Jobs that look whether there is something to do must not keep the disk busy.
  const bool wrote = connection.rows_written() != rows_before;
  Commit done{.position = TRY(wrote ? advance(connection, clock_.now()) : position(connection)), .change = {}};
  // Since the last look, so that what another process committed in between is not skipped.
  done.change = TRY(changes_since(connection, noticed().change_counter));
  TRY(connection.run("COMMIT"));
  return done;
}

Result<> SqliteStore::read_erased(const Work& work) {
  auto reader = idle_reader();
  auto done = in_transaction(reader, file_, Connection::Use::Read, busy_timeout_, [&](Connection& connection) {
    SqliteTransaction transaction(connection);
    return work(transaction);
  });
  if (reader) give_back(std::move(reader));
  return done;
}

std::unique_ptr<Connection> SqliteStore::idle_reader() {
  const std::lock_guard lock(readers_mutex_);
  if (readers_.empty()) return nullptr;
  auto reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void SqliteStore::give_back(std::unique_ptr<Connection> reader) {
  const std::lock_guard lock(readers_mutex_);
  readers_.push_back(std::move(reader));
}

Result<> SqliteStore::notice_changes() {
  const std::lock_guard lock(noticing_mutex_);
  if (!watcher_) watcher_ = TRY(Connection::open(file_, Connection::Use::Read, busy_timeout_));
  const auto version = TRY(data_version());
  if (version == watched_version_) return {};

  const auto seen = TRY(in_transaction(watcher_, file_, Connection::Use::Read, busy_timeout_,
                                       [&](Connection& connection) { return look(connection); }));
  watched_version_ = version;
  tell(seen);
  return {};
}

bool SqliteStore::has_noticed_all() {
  const std::unique_lock lock(noticing_mutex_, std::try_to_lock);
  if (!lock || !watcher_) return false;
  const auto version = data_version();
  return version && *version == watched_version_;
}

/// With `noticing_mutex_` held, and a watcher.
Result<std::optional<std::int64_t>> SqliteStore::data_version() {
  return watcher_->first([](Row& row) { return row.integer(); }, "PRAGMA data_version");
}

Result<SqliteStore::Commit> SqliteStore::look(Connection& connection) const {
  Commit newest;
  newest.position = TRY(position(connection));
  newest.change = TRY(changes_since(connection, noticed_.change_counter));
  return newest;
}

void SqliteStore::on_change(std::function<void(const core::StoreChange&)> listener) {
  const std::lock_guard lock(noticing_mutex_);
  listener_ = std::move(listener);
}

Position SqliteStore::noticed() {
  const std::lock_guard lock(noticing_mutex_);
  return noticed_;
}

/// With noticing_mutex_ held.
void SqliteStore::tell(const Commit& newest) {
  // Somebody who looked in between may have told a later position, and this change with it.
  if (newest.position.change_counter <= noticed_.change_counter) return;
  noticed_ = newest.position;
  newest_commit_ = noticed_.newest_commit;
  const auto& change = newest.change;
  const bool is_news = !change.entities.empty() || !change.revoked_tokens.empty() || change.signing_keys;
  if (listener_ && is_news) listener_(change);
}

}  // namespace dwarpal::storage
