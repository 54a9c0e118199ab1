#include "base/log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace dwarpal {

namespace {

constexpr std::size_t kQueueLines = 8192;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::Debug: return spdlog::level::debug;
    case LogLevel::Info: return spdlog::level::info;
    case LogLevel::Warning: return spdlog::level::warn;
    case LogLevel::Error: return spdlog::level::err;
  }
  return spdlog::level::off;
}

/// Values come from outside: whatever could break a line or a terminal is written as JSON escapes.
std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string(is_valid_utf8(text) ? text : "(not UTF-8)"));
}

std::string text_line(std::string_view message, std::initializer_list<LogField> fields) {
  std::string line(message);
  for (const auto& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) line += std::to_string(*number);
    else line += quoted(std::get<std::string_view>(field.value));
  }
  return line;
}

std::string json_members(std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = R"("message":)" + quoted(message);
  for (const auto& field : fields) {
    line += ',' + quoted(field.name) + ':';
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) line += std::to_string(*number);
    else line += quoted(std::get<std::string_view>(field.value));
  }
  return line;
}

}  // namespace

Log::Log(LogLevel level, LogFormat format)
    : format_(format),
      thread_(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)),
      logger_(std::make_shared<spdlog::async_logger>("dwarpal", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                                     thread_, spdlog::async_overflow_policy::overrun_oldest)) {
  logger_->set_level(to_spdlog(level));
  logger_->flush_on(spdlog::level::debug);
  logger_->set_pattern(format == LogFormat::Json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                                 : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v",
                       spdlog::pattern_time_type::utc);
}

// Joins the thread before the logger that it writes through goes.
Log::~Log() { thread_.reset(); }

void Log::debug(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Debug, message, fields);
}
void Log::info(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Info, message, fields);
}
void Log::warning(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Warning, message, fields);
}
void Log::error(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Error, message, fields);
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!logger_->should_log(to_spdlog(level))) return;
  logger_->log(to_spdlog(level), "{}",
               format_ == LogFormat::Json ? json_members(message, fields) : text_line(message, fields));
}

}  // namespace dwarpal
