// How often somebody may guess wrong.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.hpp"
#include "base/result.hpp"

namespace dwarpal::core {

/// Counts failures in a row by key and answers with a growing delay. In memory, bounded: the key that failed
/// longest ago goes first. Known and unknown names count alike. Thread-safe.
class GuessLimits {
 public:
  struct Rule {
    std::int64_t free_failures = 9;  ///< the delay begins with the failure after these
    std::chrono::seconds first_delay{1};
    std::chrono::seconds longest_delay{900};
    std::chrono::hours forget_after{24};  ///< a failure so long after the last one is the first anew
    std::size_t capacity = 100'000;
  };

  explicit GuessLimits(Rule rule) : rule_(rule) {}

  /// How long this key still has to wait; none: it may try. Rounded up to whole seconds.
  [[nodiscard]] std::optional<std::chrono::seconds> wait_for(std::string_view key, Instant now);
  /// Counts a failure, and returns how long the key has to wait for it; none: it may try again at once.
  std::optional<std::chrono::seconds> failed(std::string_view key, Instant now);
  void succeeded(std::string_view key);

 private:
  struct Entry {
    std::string key;
    std::int64_t failures = 0;
    Instant last_failure = {};
    Instant blocked_until = {};
  };

  Entry& touch(std::string_view key);

  Rule rule_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the one that failed last is first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

/// Whom a failure counts against: the client's address, of IPv6 its /64, which one client has for itself (RFC 6177).
[[nodiscard]] std::string guesser_at(std::string_view client_address);

/// What a caller is told who has to wait.
[[nodiscard]] std::unexpected<Error> too_many_attempts(std::chrono::seconds wait);

}  // namespace dwarpal::core
