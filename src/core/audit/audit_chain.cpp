#include "core/audit/audit_chain.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace dwarpal::core {

namespace {

using Text = fmt::basic_memory_buffer<char, 1024>;  // holds a usual record without the heap

std::string_view raw(const crypto::Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};  // NOLINT: bytes as characters
}

/// Covers the head before it, which covers the record before it.
crypto::Sha256 record_hmac(const crypto::HmacKey& key, const AuditHead& previous, const AuditRecord& record) {
  Text text;
  fmt::format_to(std::back_inserter(text), FMT_COMPILE("record\n{}\n{}\n{}\n{}{}"), record.position.chain,
                 record.position.number, unix_milliseconds(record.at), raw(previous.hmac), record.event);
  return key.mac({text.data(), text.size()});
}

/// What stands beside the records is sealed apart from them, so that nobody who can only read them knows an earlier
/// head to go back to, or an anchor to put down.
crypto::Sha256 hmac_of(const crypto::HmacKey& key, std::string_view what, AuditPosition position,
                       const crypto::Sha256& hmac) {
  Text text;
  fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}\n{}\n{}\n{}"), what, position.chain, position.number,
                 raw(hmac));
  return key.mac({text.data(), text.size()});
}

AuditBreak broken(AuditPosition position, std::string_view problem) {
  return {.position = position,
          .problem = fmt::format("record {} of chain {} {}", position.number, position.chain, problem)};
}

AuditPosition behind(AuditPosition position) { return {.chain = position.chain, .number = position.number + 1}; }

}  // namespace

AuditHead AuditChain::seal(const AuditHead& previous, AuditRecord& record) const {
  record.hmac = record_hmac(key_, previous, record);
  return head_after(record);
}

bool AuditChain::is_sealed(const AuditHead& previous, const AuditRecord& record) const {
  return crypto::constant_time_equal(record_hmac(key_, previous, record), record.hmac);
}

AuditHead AuditChain::head_after(const AuditRecord& record) const {
  return {.position = record.position, .hmac = hmac_of(key_, "head", record.position, record.hmac)};
}

AuditHead AuditChain::closed(const AuditHead& head) const {
  return {.position = head.position, .hmac = hmac_of(key_, "closed", head.position, head.hmac)};
}

AuditHead AuditChain::next_chain(const AuditHead& head) {
  return {.position = {.chain = head.position.chain + 1, .number = 0}, .hmac = head.hmac};
}

AuditAnchor AuditChain::anchor_at(const AuditRecord& record) const {
  return {
      .position = record.position, .hmac = record.hmac, .seal = hmac_of(key_, "anchor", record.position, record.hmac)};
}

bool AuditChain::is_sealed(const AuditAnchor& anchor) const {
  return crypto::constant_time_equal(hmac_of(key_, "anchor", anchor.position, anchor.hmac), anchor.seal);
}

AuditHead AuditChain::head_after(const AuditAnchor& anchor) const {
  return {.position = anchor.position, .hmac = hmac_of(key_, "head", anchor.position, anchor.hmac)};
}

ChainWalk::ChainWalk(const AuditChain& chain, std::vector<AuditHead> heads, std::vector<AuditAnchor> anchors)
    : chain_(&chain), heads_(std::move(heads)), anchors_(std::move(anchors)) {
  reached_.position = {.chain = 1, .number = 0};
  broken_beginning_ = enter_chain();
}

std::optional<AuditBreak> ChainWalk::take(const AuditRecord& record) {
  if (broken_beginning_) return broken_beginning_;
  const auto& position = record.position;
  while (position.chain > reached_.position.chain && current_ + 1 < heads_.size()) {
    if (auto found = end_chain()) return found;
    reached_ = AuditChain::next_chain(reached_);
    ++current_;
    if (auto found = enter_chain()) return found;
  }
  if (position.chain != reached_.position.chain || position <= reached_.position) {
    return broken(position, "does not belong there");
  }
  const auto expected = behind(reached_.position);
  if (position != expected) return broken(expected, "is missing");
  if (!chain_->is_sealed(reached_, record)) return broken(expected, "is not as it was written");
  reached_ = chain_->head_after(record);
  ++records_;
  return std::nullopt;
}

std::optional<AuditBreak> ChainWalk::end() {
  if (broken_beginning_) return broken_beginning_;
  for (;;) {
    if (auto found = end_chain()) return found;
    if (current_ + 1 == heads_.size()) return std::nullopt;
    reached_ = AuditChain::next_chain(reached_);
    ++current_;
    if (auto found = enter_chain()) return found;
  }
}

std::optional<AuditBreak> ChainWalk::enter_chain() {
  const auto begin = behind(reached_.position);
  if (current_ == heads_.size() || heads_[current_].position.chain != begin.chain) {
    return broken(begin, "is missing: the chain has no head");
  }
  const auto anchor = std::ranges::find(anchors_, begin.chain, [](const AuditAnchor& a) { return a.position.chain; });
  if (anchor == anchors_.end()) return std::nullopt;
  if (!chain_->is_sealed(*anchor)) {
    return broken(behind(anchor->position), "is said to be the first, by an anchor that nobody wrote");
  }
  reached_ = chain_->head_after(*anchor);
  return std::nullopt;
}

std::optional<AuditBreak> ChainWalk::end_chain() const {
  const auto& written = heads_[current_];
  const auto next = behind(reached_.position);
  // A head is written with a record, so no chain ends before its first.
  if (reached_.position.number == 0) return broken(next, "is missing: the chain has no record");
  if (written.position > reached_.position) {
    return broken(next, fmt::format("is missing: the chain's head is at {}", written.position.number));
  }
  const bool is_last = current_ + 1 == heads_.size();
  const auto expected = is_last ? reached_ : chain_->closed(reached_);
  if (written.position != expected.position || !crypto::constant_time_equal(written.hmac, expected.hmac)) {
    return broken(next, "may be missing: the chain's head is not the one that was written after the record before");
  }
  return std::nullopt;
}

}  // namespace dwarpal::core
