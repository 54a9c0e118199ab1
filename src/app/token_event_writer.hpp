// Writes the events of the token calls to the audit trail, many in one transaction.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/token_events.hpp"
#include "core/store.hpp"

namespace dwarpal::app {

/// Thread-safe; has a thread of its own. Events wait `kGatherTime` at most for others to join them, so a process that
/// is killed loses those of the last moments. When the store cannot be written they are kept, and
/// from `kCapacity` on no more are taken. What is waiting is written when it ends.
class TokenEventWriter final : public core::TokenEventSink {
 public:
  static constexpr std::chrono::milliseconds kGatherTime{20};
  static constexpr std::size_t kCapacity = 50'000;

  TokenEventWriter(core::Store& store, const core::AuditTrail& audit, Log& log);
  ~TokenEventWriter() override;
  TokenEventWriter(const TokenEventWriter&) = delete;
  TokenEventWriter& operator=(const TokenEventWriter&) = delete;

  [[nodiscard]] Result<> record(core::TokenEvent event) override;
  [[nodiscard]] Result<> flush() override;

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] Result<> write(const std::vector<core::TokenEvent>& events);

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
  int flushing_ = 0;                       // callers of flush() who wait

  std::jthread thread_;  // last: it starts when all else is there, and ends first
};

}  // namespace dwarpal::app
