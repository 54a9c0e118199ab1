// What the store knows of the network as a whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/policy.hpp"

namespace dwarpal::core {

/// Port. Facts that exist once a store.
class NetworkStore {
 public:
  virtual ~NetworkStore() = default;
  /// None in a store that was never served or given an operator.
  virtual Result<std::optional<Profile>> profile() = 0;
  virtual Result<> set_profile(Profile profile) = 0;
  /// The base URL that the store was last served under, without a slash at the end.
  virtual Result<std::optional<std::string>> public_base_url() = 0;
  virtual Result<> set_public_base_url(const std::string& url) = 0;
  /// How many steps of the schema the store has taken.
  virtual Result<int> schema_version() = 0;
  /// Bytes that the store takes.
  virtual Result<std::int64_t> size() = 0;
  /// Sets the newest committed instant back to `now`: an operator says that the clock is right.
  virtual Result<> accept_clock(Instant now) = 0;
};

}  // namespace dwarpal::core
