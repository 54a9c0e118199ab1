#include "app/token_event_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/process.hpp"
#include "core/entity/entity_secret.hpp"

namespace dwarpal::app {

namespace {

constexpr std::chrono::milliseconds kRetryDelay{250};
// Few counts cost next to nothing with each batch; many are worth waiting for.
constexpr std::size_t kFewCounts = 64;
constexpr int kBatchesACount = 250;

}  // namespace

TokenEventWriter::TokenEventWriter(core::Store& store, const core::AuditTrail& audit, Log& log)
    : store_(store), audit_(audit), log_(log), thread_([this](const std::stop_token& stop) { run(stop); }) {}

TokenEventWriter::~TokenEventWriter() {
  thread_.request_stop();
  thread_.join();
}

Result<> TokenEventWriter::record(core::TokenEvent event) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() + in_hand_ >= kCapacity) {
    return fail(ErrorCode::Unavailable, "The service is temporarily unavailable",
                "the audit trail cannot be written, and no more token events can be kept");
  }
  waiting_.push_back(std::move(event));
  ++recorded_;
  if (waiting_.size() == 1) wake_.notify_one();
  return {};
}

Result<> TokenEventWriter::flush() {
  std::unique_lock lock(mutex_);
  const auto target = recorded_;
  const auto failures = failures_;
  if (committed_ >= target) return {};
  ++flushing_;
  wake_.notify_one();
  written_.wait(lock, [&] { return committed_ >= target || failures_ != failures; });
  --flushing_;
  if (committed_ >= target) return {};
  return fail(ErrorCode::Unavailable, "The service is temporarily unavailable", "the audit trail cannot be written");
}

Result<> TokenEventWriter::finish(std::chrono::milliseconds within) {
  std::unique_lock lock(mutex_);
  ++flushing_;
  wake_.notify_one();
  const bool is_written = written_.wait_for(lock, within, [&] { return committed_ >= recorded_; });
  --flushing_;
  if (is_written) return {};
  has_given_up_ = true;
  wake_.notify_one();
  written_.wait(lock, [&] { return !is_writing_; });
  const auto lost = recorded_ - committed_;
  if (lost == 0) return {};
  return fail(ErrorCode::Unavailable,
              fmt::format("The store cannot be written: {} records of token calls are lost to the audit trail", lost));
}

void TokenEventWriter::when_committed(std::function<void(bool)> told) {
  std::unique_lock lock(mutex_);
  if (committed_ < recorded_) {
    waiters_.push_back({.events = recorded_, .told = std::move(told)});
    wake_.notify_one();
    return;
  }
  lock.unlock();
  told(true);
}

std::size_t TokenEventWriter::waiting() {
  const std::lock_guard lock(mutex_);
  return waiting_.size() + in_hand_;
}

void TokenEventWriter::run(const std::stop_token& stop) {
  // Else a loop on the same core would be stopped by the first event of many that it is about to record.
  become_batch_thread("token-events");
  std::vector<core::TokenEvent> batch;
  std::unique_lock lock(mutex_);
  for (;;) {
    wait_for_work(lock, stop);
    const bool stopping = stop.stop_requested();
    if (waiting_.empty() && counts_.empty()) return;  // nothing wakes it then but the end

    batch = std::exchange(waiting_, {});
    in_hand_ = batch.size();
    count(batch);
    const bool counts_are_due =
        batch.empty() || stopping || counts_.size() <= kFewCounts || ++batches_not_counted_ >= kBatchesACount;
    if (!commit(lock, stop, batch, counts_are_due)) return;
    if (stopping && waiting_.empty()) return;
  }
}

void TokenEventWriter::wait_for_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  const auto has_events = [&] { return !waiting_.empty(); };
  if (counts_.empty()) wake_.wait(lock, stop, has_events);
  else wake_.wait_for(lock, stop, kCountingTime, has_events);
  if (waiting_.empty()) return;
  wake_.wait_for(lock, stop, kGatherTime, [&] { return flushing_ > 0 || !waiters_.empty(); });
}

bool TokenEventWriter::commit(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                              const std::vector<core::TokenEvent>& batch, bool counts_are_due) {
  for (;;) {
    if (has_given_up_) return false;
    is_writing_ = true;
    lock.unlock();
    const auto done = write(batch, counts_are_due);
    lock.lock();
    is_writing_ = false;
    if (done) break;
    ++failures_;
    written_.notify_all();
    log_.error("token events cannot be written to the audit trail",
               {{"events", static_cast<std::int64_t>(in_hand_ + waiting_.size())}, {"detail", done.error().detail}});
    tell(lock, false);
    // Whoever stops the service does not wait for a store that is away.
    if (stop.stop_requested()) return false;
    wake_.wait_for(lock, stop, kRetryDelay, [&] { return has_given_up_; });
  }
  committed_ += batch.size();
  in_hand_ = 0;
  written_.notify_all();
  tell(lock, true);
  return true;
}

void TokenEventWriter::tell(std::unique_lock<std::mutex>& lock, bool is_committed) {
  const auto later = is_committed
                         ? std::ranges::find_if(waiters_, [&](const Waiter& w) { return w.events > committed_; })
                         : waiters_.end();
  const std::vector<Waiter> ready(std::move_iterator(waiters_.begin()), std::move_iterator(later));
  waiters_.erase(waiters_.begin(), later);
  if (ready.empty()) return;
  lock.unlock();
  for (const auto& waiter : ready) waiter.told(is_committed);
  lock.lock();
}

void TokenEventWriter::count(const std::vector<core::TokenEvent>& events) {
  for (const auto& event : events) {
    if (!event.counted) continue;
    auto& count = counts_[{std::chrono::floor<std::chrono::hours>(event.at), event.entity}];
    ++(event.counted == core::TokenOutcome::Issued ? count.issued : count.refused);
  }
}

Result<> TokenEventWriter::write(const std::vector<core::TokenEvent>& events, bool counts_are_due) {
  // A secret that was used many times needs its last use alone.
  std::map<std::pair<std::string_view, std::int64_t>, const core::TokenEvent*> last_uses;
  for (const auto& event : events) {
    if (!event.used) continue;
    auto& last = last_uses[{event.entity.text(), event.used->number}];
    if (last == nullptr || last->used->at < event.used->at) last = &event;
  }
  TRY(store_.write([&](core::Transaction& transaction) -> Result<> {
    TRY(audit_.append_all(transaction, events));
    for (const auto& [secret, last] : last_uses) {
      TRY(transaction.secrets().set_last_used(last->entity, last->used->number, last->used->at));
    }
    if (!counts_are_due) return {};
    for (const auto& [place, count] : counts_) {
      TRY(transaction.token_counts().add(
          {.hour = place.first, .entity = place.second, .issued = count.issued, .refused = count.refused}));
    }
    return {};
  }));
  if (!counts_are_due) return {};
  counts_.clear();
  batches_not_counted_ = 0;
  return {};
}

}  // namespace dwarpal::app
