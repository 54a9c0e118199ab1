#include "storage/sqlite/store_file.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <optional>
#include <utility>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/migrations.hpp"

namespace dwarpal::storage {

namespace {

constexpr std::chrono::milliseconds kBusyTimeout{5000};
constexpr int kPagesAtATime = 1000;

std::unexpected<Error> is_no_store(const std::filesystem::path& file) {
  return fail(ErrorCode::InvalidSetting, fmt::format("{} is not a store of dwarpal", file.string()));
}

std::string text_of(Row& row) { return row.text(); }

std::string broken_reference(Row& row) {
  const auto table = row.text();
  return fmt::format("a row of {} refers to a row of {} that is not there", table, row.text());
}

}  // namespace

Result<> check_is_store(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return fail(ErrorCode::InvalidSetting, fmt::format("There is no file {}", file.string()));
  }
  const auto version = [&]() -> Result<std::optional<int>> {
    const auto connection = TRY(Connection::open(file, Connection::Use::Read, kBusyTimeout));
    return schema_version(*connection);
  }();
  if (!version) {
    if (version.error().code == ErrorCode::InvalidSetting) return std::unexpected(version.error());
    return fail(ErrorCode::InvalidSetting,
                fmt::format("{} cannot be read: {}", file.string(), version.error().message));
  }
  if (!*version) return is_no_store(file);
  if (**version > all_migrations().back().version) {
    return fail(ErrorCode::InvalidSetting,
                fmt::format("{} was written by a newer dwarpal (schema {}; this one knows {})", file.string(),
                            **version, all_migrations().back().version));
  }
  return {};
}

Result<std::vector<std::string>> damage_in(const std::filesystem::path& file) {
  using Findings = std::vector<std::string>;
  const auto connection = Connection::open(file, Connection::Use::Read, kBusyTimeout);
  // Damage where it must not be keeps the file from being opened, or ends the check itself.
  if (!connection) return Findings{connection.error().message};
  auto found = (*connection)->all(text_of, "PRAGMA integrity_check(20)");
  if (!found) return Findings{found.error().message};
  if (*found != Findings{"ok"}) return found;
  return (*connection)->all(broken_reference, R"(SELECT DISTINCT "table", parent FROM pragma_foreign_key_check)");
}

Result<Instant> copy_store(const std::filesystem::path& from, const std::filesystem::path& to,
                           const CopyProgress& progress) {
  try {
    SQLite::Database source(from.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
    source.setBusyTimeout(static_cast<int>(kBusyTimeout.count()));
    // This view is held to the end, so that writers neither wait for the copy nor show up in it.
    source.exec("BEGIN DEFERRED");
    const auto instant = instant_from_milliseconds(source.execAndGet("SELECT newest_commit FROM meta").getInt64());

    SQLite::Database target(to.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
    {
      SQLite::Backup backup(target, source);
      while (backup.executeStep(kPagesAtATime) != SQLITE_DONE) {
        progress(backup.getTotalPageCount() - backup.getRemainingPageCount(), backup.getTotalPageCount());
      }
    }
    // Without the write-ahead log, which would be two more files.
    target.exec("PRAGMA journal_mode = DELETE");
    return instant;
  } catch (const SQLite::Exception& exception) {
    auto error = store_error(exception, to, "copy");
    // Of the two disks it can only be the copy's.
    if (exception.getErrorCode() == SQLITE_FULL) error.message = "There is no room for a copy of the store";
    return std::unexpected(std::move(error));
  }
}

}  // namespace dwarpal::storage
