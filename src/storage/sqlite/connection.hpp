// One connection to the database file, and the one place where its errors become ours.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "storage/sqlite/arguments.hpp"
#include "storage/sqlite/row.hpp"

namespace dwarpal::storage {

/// What went wrong in the file while `sql` ran, without any value: SQLite's own text is not passed on.
[[nodiscard]] Error store_error(const SQLite::Exception& exception, const std::filesystem::path& file,
                                std::string_view sql);
/// For a row that holds what this program cannot read.
[[nodiscard]] Error unreadable_row(const std::filesystem::path& file, std::string_view sql);

/// Runs statements and keeps them prepared. For one thread at a time; throws nothing of SQLite's.
class Connection {
 public:
  enum class Use { Write, Read };

  /// The file must exist. Touches nothing in it.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Use use,
                                                  std::chrono::milliseconds busy_timeout);

  /// How long to wait for another process's transaction.
  [[nodiscard]] Result<> set_busy_timeout(std::chrono::milliseconds busy_timeout);

  /// Runs a statement for its effect; tells how many rows it touched.
  template <typename... Arguments>
  [[nodiscard]] Result<std::int64_t> run(std::string_view sql, const Arguments&... arguments) {
    return execute(
        sql, [](SQLite::Statement& statement) -> Result<std::int64_t> { return statement.exec(); }, arguments...);
  }

  /// Runs a statement that must touch one row; ErrorCode::Internal if there is no such row.
  template <typename... Arguments>
  [[nodiscard]] Result<> run_on_row(std::string_view sql, const Arguments&... arguments) {
    if (TRY(run(sql, arguments...)) != 1) {
      return fail(ErrorCode::Internal, "The store has no such row", std::string(sql));
    }
    return {};
  }

  /// The first row of the answer, as `read(Row&)` makes it.
  template <typename Read, typename... Arguments>
  [[nodiscard]] auto first(Read read, std::string_view sql, const Arguments&... arguments) {
    using Value = std::invoke_result_t<Read, Row&>;
    return execute(
        sql,
        [&](SQLite::Statement& statement) -> Result<std::optional<Value>> {
          if (!statement.executeStep()) return std::optional<Value>();
          return std::optional<Value>(TRY(read_row(read, statement, sql)));
        },
        arguments...);
  }

  /// All rows of the answer.
  template <typename Read, typename... Arguments>
  [[nodiscard]] auto all(Read read, std::string_view sql, const Arguments&... arguments) {
    using Value = std::invoke_result_t<Read, Row&>;
    return execute(
        sql,
        [&](SQLite::Statement& statement) -> Result<std::vector<Value>> {
          std::vector<Value> values;
          while (statement.executeStep()) values.push_back(TRY(read_row(read, statement, sql)));
          return values;
        },
        arguments...);
  }

  /// Whether the answer has a row.
  template <typename... Arguments>
  [[nodiscard]] Result<bool> any(std::string_view sql, const Arguments&... arguments) {
    return execute(
        sql, [](SQLite::Statement& statement) -> Result<bool> { return statement.executeStep(); }, arguments...);
  }

  /// How many rows this connection has ever inserted, changed or removed.
  [[nodiscard]] std::int64_t rows_written() const { return database_.getTotalChanges(); }

  /// Runs statements without arguments, once.
  [[nodiscard]] Result<> run_script(const char* sql);

  /// Ends a transaction that may still be open. False if it still is: then the connection is of no use.
  [[nodiscard]] bool roll_back() noexcept;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  Connection(const std::filesystem::path& file, Use use, std::chrono::milliseconds busy_timeout);

  template <typename Execute, typename... Arguments>
  auto execute(std::string_view sql, Execute execute, const Arguments&... arguments)
      -> std::invoke_result_t<Execute, SQLite::Statement&> {
    try {
      auto& statement = prepared(sql);
      const ResetAtEnd reset(statement);
      // It changes only where there are arguments.
      [[maybe_unused]] int index = 0;  // NOLINT(misc-const-correctness)
      (bind(statement, ++index, arguments), ...);
      return execute(statement);
    } catch (const SQLite::Exception& exception) {
      return std::unexpected(store_error(exception, file_, sql));
    }
  }

  template <typename Read>
  auto read_row(Read& read, SQLite::Statement& statement, std::string_view sql)
      -> Result<std::invoke_result_t<Read, Row&>> {
    Row row(statement);  // NOLINT(misc-const-correctness): readers move it on
    auto value = read(row);
    if (!row.readable()) return std::unexpected(unreadable_row(file_, sql));
    return value;
  }

  /// A statement that is not reset holds its transaction open and points to arguments that are gone.
  class ResetAtEnd {
   public:
    explicit ResetAtEnd(SQLite::Statement& statement) : statement_(statement) {}
    ~ResetAtEnd() {
      (void)statement_.tryReset();  // tells again the error that was reported already
      statement_.clearBindings();
    }
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;

   private:
    SQLite::Statement& statement_;
  };

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
  };

  SQLite::Statement& prepared(std::string_view sql);

  std::filesystem::path file_;
  SQLite::Database database_;
  std::unordered_map<std::string, SQLite::Statement, Hash, std::equal_to<>> statements_;
};

}  // namespace dwarpal::storage
