#include "storage/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace dwarpal::storage {

namespace {

/// The kind of failure, and a sentence for whoever called.
std::pair<ErrorCode, std::string_view> explain(int code, int extended_code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {ErrorCode::Unavailable, "The store is locked by another process"};
    case SQLITE_FULL: return {ErrorCode::Unavailable, "The disk that holds the store is full"};
    case SQLITE_CORRUPT: return {ErrorCode::Unavailable, "The store's file is damaged"};
    case SQLITE_NOTADB: return {ErrorCode::Unavailable, "The store's file is not a database"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return {ErrorCode::Unavailable, "The store's file cannot be opened"};
    case SQLITE_READONLY: return {ErrorCode::Unavailable, "The store cannot be written to"};
    case SQLITE_IOERR: return {ErrorCode::Unavailable, "The disk that holds the store fails"};
    case SQLITE_NOMEM: return {ErrorCode::Unavailable, "There is not enough memory for the store"};
    case SQLITE_CONSTRAINT:
      if (extended_code == SQLITE_CONSTRAINT_UNIQUE || extended_code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return {ErrorCode::AlreadyExists, "The store holds this already"};
      }
      return {ErrorCode::Internal, "The store refuses a row"};
    default: return {ErrorCode::Internal, "The store refuses a statement"};
  }
}

}  // namespace

Error store_error(const SQLite::Exception& exception, const std::filesystem::path& file, std::string_view sql) {
  const int extended_code = exception.getExtendedErrorCode();
  const auto [code, message] = explain(exception.getErrorCode() & 0xFF, extended_code);
  return {
      .code = code,
      .message = std::string(message),
      .detail = fmt::format("{}: {} ({}) in: {}", file.string(), sqlite3_errstr(extended_code), extended_code, sql)};
}

Error unreadable_row(const std::filesystem::path& file, std::string_view sql) {
  return {.code = ErrorCode::Unavailable,
          .message = "The store holds something that this program cannot read",
          .detail = fmt::format("{}: a row of: {}", file.string(), sql)};
}

// SQLite's own mutex on a connection is left out: a connection has one thread at a time.
// The timeout comes first: the settings below may have to wait for somebody who closes the store at this moment.
Connection::Connection(const std::filesystem::path& file, Use use, std::chrono::milliseconds busy_timeout)
    : file_(file),
      database_(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, static_cast<int>(busy_timeout.count())) {
  database_.exec("PRAGMA foreign_keys = ON");
  database_.exec("PRAGMA synchronous = FULL");
  // What was erased is overwritten, not only unlinked.
  database_.exec("PRAGMA secure_delete = ON");
  if (use == Use::Read) database_.exec("PRAGMA query_only = ON");
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Use use,
                                                     std::chrono::milliseconds busy_timeout) {
  try {
    return std::unique_ptr<Connection>(new Connection(file, use, busy_timeout));
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(store_error(exception, file, "open"));
  }
}

Result<> Connection::set_busy_timeout(std::chrono::milliseconds busy_timeout) {
  try {
    database_.setBusyTimeout(static_cast<int>(busy_timeout.count()));
    return {};
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(store_error(exception, file_, "busy timeout"));
  }
}

Result<> Connection::run_script(const char* sql) {
  try {
    database_.exec(sql);
    return {};
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(store_error(exception, file_, "script"));
  }
}

bool Connection::roll_back() noexcept {
  if (sqlite3_get_autocommit(database_.getHandle()) == 0) (void)database_.tryExec("ROLLBACK");
  return sqlite3_get_autocommit(database_.getHandle()) != 0;
}

SQLite::Statement& Connection::prepared(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    found = statements_.try_emplace(std::string(sql), database_, std::string(sql)).first;
  }
  return found->second;
}

}  // namespace dwarpal::storage
