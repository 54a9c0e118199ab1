#include "core/signing/verified_tokens.hpp"

#include <utility>

namespace dwarpal::core {

std::shared_ptr<const VerifiedToken> VerifiedTokens::find(std::string_view token) {
  const auto digest = crypto::sha256(token);
  const std::lock_guard lock(mutex_);
  if (const auto found = young_.find(digest); found != young_.end()) return found->second;
  const auto found = old_.find(digest);
  if (found == old_.end()) return nullptr;
  auto verified = found->second;
  put(digest, verified);
  return verified;
}

void VerifiedTokens::remember(std::string_view token, std::shared_ptr<const VerifiedToken> verified) {
  const auto digest = crypto::sha256(token);
  const std::lock_guard lock(mutex_);
  put(digest, std::move(verified));
}

void VerifiedTokens::put(const crypto::Sha256& digest, std::shared_ptr<const VerifiedToken> verified) {
  if (young_.size() >= kGeneration) old_ = std::exchange(young_, {});
  young_.insert_or_assign(digest, std::move(verified));
}

}  // namespace dwarpal::core
