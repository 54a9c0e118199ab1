// Work that is done again and again beside the service.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "base/result.hpp"

namespace dwarpal::app {

/// Runs `work` on a thread of its own, with a pause after each time. What fails is logged once until it
/// works again. Ends within the work's own time when it is destroyed; `work` may ask the stop token.
class Job {
 public:
  using Work = std::function<Result<>(const std::stop_token&)>;

  Job(const char* name, std::chrono::milliseconds pause, Work work, Log& log);

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace dwarpal::app
