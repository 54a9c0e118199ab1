#include "core/user/guess_limits.hpp"

#include <algorithm>
#include <boost/url/ipv6_address.hpp>
#include <cstdint>
#include <span>

namespace dwarpal::core {

namespace {

/// Doubles with each failure after the free ones.
std::chrono::seconds delay_after(std::int64_t counted_failures, const GuessLimits::Rule& rule) {
  auto delay = rule.first_delay;
  for (std::int64_t doubled = 1; doubled < counted_failures && delay < rule.longest_delay; ++doubled) delay *= 2;
  return std::min(delay, rule.longest_delay);
}

}  // namespace

std::optional<std::chrono::seconds> GuessLimits::wait_for(std::string_view key, Instant now) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || now >= found->second->blocked_until) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(found->second->blocked_until - now);
}

std::optional<std::chrono::seconds> GuessLimits::failed(std::string_view key, Instant now) {
  const std::scoped_lock lock(mutex_);
  auto& entry = touch(key);
  if (now - entry.last_failure >= rule_.forget_after) entry.failures = 0;
  entry.last_failure = now;
  ++entry.failures;
  if (entry.failures <= rule_.free_failures) return std::nullopt;
  const auto delay = delay_after(entry.failures - rule_.free_failures, rule_);
  entry.blocked_until = now + delay;
  return delay;
}

void GuessLimits::succeeded(std::string_view key) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const auto entry = found->second;
  by_key_.erase(found);
  entries_.erase(entry);
}

GuessLimits::Entry& GuessLimits::touch(std::string_view key) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  if (entries_.size() >= rule_.capacity) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({.key = std::string(key)});
  by_key_.emplace(entries_.front().key, entries_.begin());
  return entries_.front();
}

std::string guesser_at(std::string_view client_address) {
  const auto address = boost::urls::parse_ipv6_address(client_address);
  if (!address || address->is_v4_mapped()) return std::string(client_address);
  auto bytes = address->to_bytes();
  std::ranges::fill(std::span(bytes).subspan(8), std::uint8_t{0});
  return boost::urls::ipv6_address(bytes).to_string() + "/64";
}

std::unexpected<Error> too_many_attempts(std::chrono::seconds wait) {
  return std::unexpected(
      Error{.code = ErrorCode::TooManyRequests, .message = "Too many attempts", .retry_after = wait});
}

}  // namespace dwarpal::core
