#pragma once

#include "base/identifiers.hpp"
#include "base/instant.hpp"

namespace dwarpal::core {

/// A token that was revoked by its id. Nobody need know it any more once it would have expired anyway.
struct RevokedToken {
  TokenId id;
  Instant expires_at;
};

}  // namespace dwarpal::core
