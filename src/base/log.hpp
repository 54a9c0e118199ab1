// The service's own log: structured, to stderr, and never in the way of a loop.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

// NOLINTBEGIN(readability-identifier-naming): the names are spdlog's.
namespace spdlog {
class async_logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog
// NOLINTEND(readability-identifier-naming)

namespace dwarpal {

enum class LogLevel { Debug, Info, Warning, Error };
enum class LogFormat { Text, Json };

/// One named value of a log line. Values are texts or numbers; a Secret does not convert.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t> value;

  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const std::string& text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, std::int64_t number) : name(field), value(number) {}
};

/// Thread-safe. Lines are handed to a thread of its own through a bounded queue; when the queue is
/// full the oldest lines are lost rather than a caller held up. What is waiting is written when it ends.
class Log {
 public:
  Log(LogLevel level, LogFormat format);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {});
  void info(std::string_view message, std::initializer_list<LogField> fields = {});
  void warning(std::string_view message, std::initializer_list<LogField> fields = {});
  void error(std::string_view message, std::initializer_list<LogField> fields = {});

 private:
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields);

  LogFormat format_;
  std::shared_ptr<spdlog::details::thread_pool> thread_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace dwarpal
