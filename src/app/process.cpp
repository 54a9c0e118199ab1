#include "app/process.hpp"

#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace dwarpal::app {

namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void harden_process() {
  constexpr rlimit kNothing{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &kNothing);
  prctl(PR_SET_DUMPABLE, 0);
  std::signal(SIGPIPE, SIG_IGN);
  umask(077);
}

std::string system_user() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return "uid " + std::to_string(getuid());
}

std::size_t allow_descriptors(std::size_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  const rlimit more{.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max), .rlim_max = limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &more) == 0 ? more.rlim_cur : limit.rlim_cur;
}

void become_batch_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
  constexpr sched_param kNoPriority{};
  sched_setscheduler(0, SCHED_BATCH, &kNoPriority);
}

void block_stop_signals() {
  const auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopSignals::StopSignals(std::function<void()> on_stop)
    : thread_([on_stop = std::move(on_stop)](const std::stop_token& stop) {
        const auto signals = stop_signals();
        int signal = 0;
        sigwait(&signals, &signal);
        // Our own destructor wakes it, too.
        if (!stop.stop_requested()) on_stop();
      }) {}

StopSignals::~StopSignals() {
  thread_.request_stop();
  // It waits for this signal, which ends nothing.
  pthread_kill(thread_.native_handle(), SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
}

}  // namespace dwarpal::app
