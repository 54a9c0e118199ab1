#include "core/signing/revoked_tokens.hpp"

#include <algorithm>
#include <mutex>

namespace dwarpal::core {

Result<> RevokedTokens::load() {
  add(TRY(store_.read([](Transaction& transaction) { return transaction.revocations().list(); })));
  return {};
}

void RevokedTokens::add(std::span<const RevokedToken> tokens) {
  const std::unique_lock lock(mutex_);
  for (const auto& token : tokens) {
    auto& expires_at = expiries_[token.id];
    expires_at = std::max(expires_at, token.expires_at);
  }
}

bool RevokedTokens::contains(const TokenId& id) const {
  const std::shared_lock lock(mutex_);
  return expiries_.contains(id);
}

void RevokedTokens::forget_expired(Instant now) {
  const std::unique_lock lock(mutex_);
  std::erase_if(expiries_, [now](const auto& token) { return token.second <= now; });
}

}  // namespace dwarpal::core
