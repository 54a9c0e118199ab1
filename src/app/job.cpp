#include "app/job.hpp"

#include <utility>

namespace dwarpal::app {

Job::Job(const char* name, std::chrono::milliseconds pause, Work work, Log& log)
    : thread_([this, name, pause, work = std::move(work), &log](const std::stop_token& stop) {
        bool failing = false;
        while (!stop.stop_requested()) {
          const auto done = work(stop);
          if (!done && !failing) {
            log.error("a job fails, and will be tried again",
                      {{"job", name}, {"message", done.error().message}, {"detail", done.error().detail}});
          } else if (done && failing) {
            log.info("a job works again", {{"job", name}});
          }
          failing = !done;
          std::unique_lock lock(mutex_);
          wake_.wait_for(lock, stop, pause, [] { return false; });
        }
      }) {}

}  // namespace dwarpal::app
