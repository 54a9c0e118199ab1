// Tokens that verified, so that the same one need not be verified again and again.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "core/signing/verified_token.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// Bounded: what was not asked for since `kGeneration` others came is forgotten. Holds digests, no tokens. That a
/// token is here says that it was signed by the network, and no more: expiry and the signing key's standing are to be
/// checked each time. Thread-safe.
class VerifiedTokens {
 public:
  static constexpr std::size_t kGeneration = 4096;

  /// Null if it is not remembered.
  [[nodiscard]] std::shared_ptr<const VerifiedToken> find(std::string_view token);
  void remember(std::string_view token, std::shared_ptr<const VerifiedToken> verified);

 private:
  struct Hash {
    /// A SHA-256 is as good a hash as can be; nobody chooses what its first bytes are.
    std::size_t operator()(const crypto::Sha256& digest) const noexcept {
      std::size_t hash = 0;
      std::memcpy(&hash, digest.data(), sizeof(hash));
      return hash;
    }
  };
  using Generation = std::unordered_map<crypto::Sha256, std::shared_ptr<const VerifiedToken>, Hash>;

  void put(const crypto::Sha256& digest, std::shared_ptr<const VerifiedToken> verified);  // with mutex_ held

  std::mutex mutex_;
  Generation young_;
  Generation old_;  // what young_ was before it was full
};

}  // namespace dwarpal::core
