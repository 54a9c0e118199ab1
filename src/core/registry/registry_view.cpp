#include "core/registry/registry_view.hpp"

#include <limits>
#include <utility>

#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

namespace {

std::size_t index_of(EntityType type) { return static_cast<std::size_t>(type); }

bool is_same(const RegistryEntry& entry, const RegistryAnswer& answer) {
  return entry.status == answer.status && entry.complete == answer.complete &&
         (entry.record ? entry.record->text == answer.text : answer.text.empty());
}

}  // namespace

RegistryText::RegistryText(std::string json)
    : text(std::move(json)), digest(crypto::base64url_encode(crypto::sha256(text))) {}

SharedRegistryText join_records(const RegistryEntries& entries) {
  std::size_t size = 2;
  for (const auto& entry : entries) size += entry->record->text.size() + 1;
  std::string text;
  text.reserve(size);
  text += '[';
  for (const auto& entry : entries) {
    if (text.size() > 1) text += ',';
    text += entry->record->text;
  }
  text += ']';
  return std::make_shared<const RegistryText>(std::move(text));
}

Result<std::shared_ptr<const RegistryEntry>> RegistryView::look(const EntityId& id) {
  TRY(refresh());
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second;
}

Result<SharedRegistryText> RegistryView::list(EntityType type) {
  TRY(refresh());
  const auto& list = lists_[index_of(type)];
  const auto known = [&] {
    const std::shared_lock lock(mutex_);
    return list.text;
  };
  if (auto text = known()) return text;

  const std::lock_guard joining(joining_);
  if (auto text = known()) return text;
  RegistryEntries entries;
  std::uint64_t changes = 0;
  {
    const std::shared_lock lock(mutex_);
    entries = listed(type, {}, std::numeric_limits<std::size_t>::max());
    changes = list.changes;
  }
  auto text = join_records(entries);
  const std::unique_lock lock(mutex_);
  if (list.changes == changes) lists_[index_of(type)].text = text;
  return text;
}

Result<RegistryEntries> RegistryView::page(EntityType type, const EntityId& after, std::size_t limit) {
  TRY(refresh());
  const std::shared_lock lock(mutex_);
  return listed(type, after, limit);
}

std::shared_ptr<const RegistryEntry> RegistryView::peek(const EntityId& id) const {
  if (!store_.has_noticed_all()) return nullptr;
  const std::shared_lock lock(mutex_);
  if (!is_loaded_ || !touched_.empty()) return nullptr;
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second;
}

SharedRegistryText RegistryView::peek_list(EntityType type) const {
  if (!store_.has_noticed_all()) return nullptr;
  const std::shared_lock lock(mutex_);
  return is_loaded_ && touched_.empty() ? lists_[index_of(type)].text : nullptr;
}

void RegistryView::forget(const std::vector<EntityId>& ids) {
  const std::unique_lock lock(mutex_);
  touched_.insert(ids.begin(), ids.end());
}

bool RegistryView::is_fresh() const {
  const std::shared_lock lock(mutex_);
  return is_loaded_ && touched_.empty();
}

Result<> RegistryView::refresh() {
  TRY(store_.notice_changes());
  if (is_fresh()) return {};
  const std::lock_guard refreshing(refreshing_);
  return is_fresh() ? Result<>() : refresh_touched();
}

/// With `refreshing_` held.
Result<> RegistryView::refresh_touched() {
  std::set<EntityId> touched;
  bool is_loaded = false;
  {
    // Before the store is read: what is touched from here on is read the next time.
    const std::unique_lock lock(mutex_);
    touched.swap(touched_);
    is_loaded = is_loaded_;
  }
  auto answers = store_.read([&](Transaction& transaction) -> Result<std::vector<RegistryAnswer>> {
    if (!is_loaded) return transaction.registry().answers();
    std::vector<RegistryAnswer> found;
    for (const auto& id : touched) {
      if (auto answer = TRY(transaction.registry().answer(id))) found.push_back(std::move(*answer));
    }
    return found;
  });
  const std::unique_lock lock(mutex_);
  if (!answers) {
    touched_.merge(touched);
    return std::unexpected(std::move(answers).error());
  }
  for (auto& answer : *answers) put(std::move(answer));
  is_loaded_ = true;
  return {};
}

/// A change that the registry does not show, such as a new secret, leaves everything as it is.
void RegistryView::put(RegistryAnswer answer) {
  auto& entry = entries_[answer.id];
  if (entry && is_same(*entry, answer)) return;
  auto record = answer.text.empty() ? nullptr : std::make_shared<const RegistryText>(std::move(answer.text));
  const bool was_listed = entry && entry->is_listed();
  entry = std::make_shared<const RegistryEntry>(RegistryEntry{.id = std::move(answer.id),
                                                              .type = answer.type,
                                                              .status = answer.status,
                                                              .complete = answer.complete,
                                                              .record = std::move(record)});
  if (!was_listed && !entry->is_listed()) return;
  auto& list = lists_[index_of(entry->type)];
  list.text = nullptr;
  ++list.changes;
}

RegistryEntries RegistryView::listed(EntityType type, const EntityId& after, std::size_t limit) const {
  RegistryEntries found;
  for (auto entry = entries_.upper_bound(after); entry != entries_.end() && found.size() < limit; ++entry) {
    if (entry->second->type == type && entry->second->is_listed()) found.push_back(entry->second);
  }
  return found;
}

}  // namespace dwarpal::core
