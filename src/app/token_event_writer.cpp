#include "app/token_event_writer.hpp"

#include <map>
#include <utility>

#include "core/entity/entity_secret.hpp"

namespace dwarpal::app {

namespace {

constexpr std::chrono::milliseconds kRetryDelay{250};

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

void TokenEventWriter::run(const std::stop_token& stop) {
  std::vector<core::TokenEvent> batch;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, stop, [&] { return !waiting_.empty(); });
    if (waiting_.empty()) return;
    wake_.wait_for(lock, stop, kGatherTime, [&] { return flushing_ > 0; });

    batch = std::exchange(waiting_, {});
    in_hand_ = batch.size();
    for (;;) {
      lock.unlock();
      const auto done = write(batch);
      lock.lock();
      if (done) break;
      ++failures_;
      written_.notify_all();
      log_.error("token events cannot be written to the audit trail",
                 {{"events", static_cast<std::int64_t>(in_hand_ + waiting_.size())}, {"detail", done.error().detail}});
      // Whoever stops the service does not wait for a store that is away.
      if (stop.stop_requested()) return;
      wake_.wait_for(lock, stop, kRetryDelay, [] { return false; });
    }
    committed_ += batch.size();
    in_hand_ = 0;
    written_.notify_all();
  }
}

Result<> TokenEventWriter::write(const std::vector<core::TokenEvent>& events) {
  // A secret that was used many times needs its last use alone.
  std::map<std::pair<EntityUuid, std::int64_t>, Instant> last_uses;
  for (const auto& event : events) {
    if (!event.used) continue;
    auto& at = last_uses[{event.used->entity, event.used->number}];
    at = std::max(at, event.used->at);
  }
  return store_.write([&](core::Transaction& transaction) -> Result<> {
    for (const auto& event : events) TRY(audit_.append_serialized(transaction, event.event, event.at));
    for (const auto& [secret, at] : last_uses) {
      TRY(transaction.secrets().set_last_used(secret.first, secret.second, at));
    }
    return {};
  });
}

}  // namespace dwarpal::app
