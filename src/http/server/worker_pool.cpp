#include "http/server/worker_pool.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <utility>

namespace dwarpal::http {

WorkerPool::WorkerPool(const std::string& name, const PoolSettings& settings)
    : room_(settings.threads + settings.queue) {
  for (unsigned i = 0; i < settings.threads; ++i) {
    threads_.emplace_back([this, name, nice = settings.nice] { work(name, nice); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins them while the members that they use are still there
}

bool WorkerPool::try_post(Task task, std::string client) {
  {
    const std::scoped_lock lock(mutex_);
    const auto left = room_ - taken_;
    if (left == 0) return false;
    if (!client.empty()) {
      const auto holds = taken_by_.find(client);
      if (holds != taken_by_.end() && holds->second >= left) return false;
      ++taken_by_[client];
    }
    ++taken_;
    waiting_.push_back({.task = std::move(task), .client = std::move(client)});
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::work(const std::string& name, int nice) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
  // On Linux a priority belongs to a thread; 0 is the one that calls. Where it is refused, the pool
  // merely competes on equal terms.
  if (nice != 0) setpriority(PRIO_PROCESS, 0, nice);

  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Entry entry = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    entry.task();
    entry.task = nullptr;
    lock.lock();
    --taken_;
    if (!entry.client.empty() && --taken_by_.at(entry.client) == 0) taken_by_.erase(entry.client);
  }
}

}  // namespace dwarpal::http
