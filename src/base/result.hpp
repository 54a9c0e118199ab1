// How a failure travels: Result<T> holds a value or an Error; TRY passes an Error on to the caller.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace dwarpal {

/// What kind of failure it is, free of any protocol. One function in http/api maps it to a status,
/// one in cli to an exit code.
enum class ErrorCode {
  InvalidInput,     ///< a field or argument is missing or malformed; the message names it
  Unauthorized,     ///< credentials are missing, wrong or expired, or give no right to this
  AlreadyExists,    ///< what should be made is there already
  NotFound,         ///< what was asked for is not there
  Conflict,         ///< it is there, but its state forbids this
  Gone,             ///< it was served once and is not any more
  TooManyRequests,  ///< a limit was reached; retry_after says when to come back
  Unavailable,      ///< the store, a pool or the clock cannot serve now; retry_after may say when
  InvalidSetting,   ///< a setting or a file that it names cannot be used; the message names the setting
  InUse,            ///< the data directory, store or port is held by another process
  Internal,         ///< a defect; the detail goes to the log, never to a caller
};

/// `message` is for whoever called; `detail` is for the log only. Neither ever holds a secret, a
/// password, a token or a database value.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;
  std::string detail = {};
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
  bool is_recorded = false;  ///< as a refusal, in the audit trail
};

template <typename T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;

  /// The value, for who has made sure that there is one; unlike `*` it may be dropped.
  T take() && {
    if constexpr (!std::is_void_v<T>) return *std::move(*this);
  }
};

/// Shorthand for `return fail(ErrorCode::NotFound, "…")` in a function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {}) {
  return std::unexpected(Error{.code = code, .message = std::move(message), .detail = std::move(detail)});
}

}  // namespace dwarpal

/// The value of a Result, or an early return of its Error. For synchronous code only: around
/// `co_await` it crashes g++ 12.
#define TRY(...) DWARPAL_TRY_NAMED(DWARPAL_TRY_NAME(__COUNTER__), __VA_ARGS__)

// Each use has a name of its own, so that one may stand inside another.
#define DWARPAL_TRY_NAME(number) DWARPAL_TRY_JOIN(try_result_, number)
#define DWARPAL_TRY_JOIN(left, right) left##right
#define DWARPAL_TRY_NAMED(result, ...)                   \
  __extension__({                                        \
    auto result = (__VA_ARGS__);                         \
    if (!result) [[unlikely]]                            \
      return std::unexpected(std::move(result).error()); \
    std::move(result).take();                            \
  })
