// Threads for what may not run on a loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace dwarpal::http {

struct PoolSettings {
  unsigned threads = 1;
  std::size_t queue = 64;  ///< tasks that may wait beside those that run
  int nice = 0;            ///< 0–19: how far the threads stand back behind the loops
};

/// A fixed number of threads behind a bounded queue, named for what it protects. Thread-safe. Its end
/// waits for all that was taken.
class WorkerPool {
 public:
  using Task = std::move_only_function<void()>;

  WorkerPool(const std::string& name, const PoolSettings& settings);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False, at once and without effect, when the queue is full, or when `client` holds as much room as is left for all
  /// others: so whoever floods it leaves room (dynamic thresholds: Choudhury and Hahne, 1998). An empty `client` is
  /// nobody in particular, and takes what there is. A task must not throw.
  [[nodiscard]] bool try_post(Task task, std::string client = {});

 private:
  struct Entry {
    Task task;
    std::string client;
  };

  void work(const std::string& name, int nice);

  const std::size_t room_;  ///< tasks that may be waiting or running
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> waiting_;
  std::size_t taken_ = 0;                                  ///< waiting and running
  std::unordered_map<std::string, std::size_t> taken_by_;  ///< the same, by client
  bool ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace dwarpal::http
