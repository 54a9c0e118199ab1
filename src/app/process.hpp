// What the process asks of the system it runs on.
#pragma once

#include <csignal>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>

namespace dwarpal::app {

/// No core dump and no debugger of the same user may see the secrets in our memory; a peer that hangs up is an
/// error of one write, no signal. Files that we make are our own.
void harden_process();

/// The name of the system user, for the audit trail.
[[nodiscard]] std::string system_user();

/// Lets the process open so many files and sockets, or as many as it may: returns how many that are.
std::size_t allow_descriptors(std::size_t wanted);

/// The calling thread takes the processor from nobody when it wakes, and has its full share of it later: SCHED_BATCH,
/// sched(7). For work that is cheaper the more of it there is. Where the system refuses it, nothing changes.
void become_batch_thread(const char* name);

/// Calls `on_stop` once, on a thread of its own, when SIGTERM or SIGINT arrives. Make it before other threads, which
/// then do not get these signals.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> on_stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  std::jthread thread_;
};

/// Blocks SIGTERM and SIGINT in this thread and those that it starts.
void block_stop_signals();

}  // namespace dwarpal::app
