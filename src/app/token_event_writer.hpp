// Writes the events of the token calls to the audit trail, many in one transaction.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/token_events.hpp"
#include "core/store.hpp"

namespace dwarpal::app {

/// Thread-safe; has a thread of its own. Events wait `kGatherTime` at most for others to join them, so a process that
/// is killed loses those of the last moments; nobody who waits for a commit is kept by that. When the store cannot be
/// written they are kept, and from `kCapacity` on no more are taken. What is waiting is written when it ends. Tokens
/// are counted on the way, and the counts written some seconds later at most.
class TokenEventWriter final : public core::TokenEventSink {
 public:
  static constexpr std::chrono::milliseconds kGatherTime{50};
  static constexpr std::chrono::seconds kCountingTime{5};
  static constexpr std::size_t kCapacity = 50'000;

  TokenEventWriter(core::Store& store, const core::AuditTrail& audit, Log& log);
  ~TokenEventWriter() override;
  TokenEventWriter(const TokenEventWriter&) = delete;
  TokenEventWriter& operator=(const TokenEventWriter&) = delete;

  [[nodiscard]] Result<> record(core::TokenEvent event) override;
  [[nodiscard]] Result<> flush() override;
  /// After an attempt that failed: false, though the events are kept and tried again.
  void when_committed(std::function<void(bool)> told) override;
  [[nodiscard]] std::size_t waiting() override;

  /// For a service that stops, once nobody records any more: tries for so long at most, and then until the attempt in
  /// hand ends. ErrorCode::Unavailable says how many records are lost; none is written after that.
  [[nodiscard]] Result<> finish(std::chrono::milliseconds within);

 private:
  /// Somebody to be told when so many events are committed.
  struct Waiter {
    std::uint64_t events = 0;
    std::function<void(bool)> told;
  };
  struct Count {
    std::int64_t issued = 0;
    std::int64_t refused = 0;
  };

  void run(const std::stop_token& stop);
  void wait_for_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  /// Tries until it is written; false where the service stops first.
  [[nodiscard]] bool commit(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                            const std::vector<core::TokenEvent>& batch, bool counts_are_due);
  /// Tells those who wait for what is committed, or after a failure everybody.
  void tell(std::unique_lock<std::mutex>& lock, bool is_committed);
  void count(const std::vector<core::TokenEvent>& events);
  [[nodiscard]] Result<> write(const std::vector<core::TokenEvent>& events, bool counts_are_due);

  core::Store& store_;
  const core::AuditTrail& audit_;
  Log& log_;

  std::mutex mutex_;
  std::condition_variable_any wake_;       // there is something to write, or somebody waits for it
  std::condition_variable_any written_;    // an attempt ended
  std::vector<core::TokenEvent> waiting_;  // not yet taken by the thread
  std::size_t in_hand_ = 0;                // taken, not yet committed
  std::uint64_t recorded_ = 0;             // events ever taken in …
  std::uint64_t committed_ = 0;            // … and ever committed
  std::uint64_t failures_ = 0;             // attempts that failed
  int flushing_ = 0;                       // callers of flush() and finish() who wait
  bool is_writing_ = false;                // an attempt goes on
  bool has_given_up_ = false;              // finish() has waited long enough
  std::vector<Waiter> waiters_;            // in the order of their events

  // The thread's own.
  std::map<std::pair<Instant, EntityUuid>, Count> counts_;  // not yet written
  int batches_not_counted_ = 0;

  std::jthread thread_;  // last: it starts when all else is there, and ends first
};

}  // namespace dwarpal::app
