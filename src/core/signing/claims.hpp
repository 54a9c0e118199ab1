// The claims that every token of the network has.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <string_view>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "core/policy.hpp"

namespace dwarpal::core {

/// `azp` of every user token; an entity's is its id, and this id is reserved.
inline constexpr std::string_view kUserTokenParty = "iam";

/// `exp`, `iat`, `jti`, `iss`, `aud` (a text if there is one, else a list), `typ`, `acr` (RFC 7519 §4.1,
/// docs/tokens.md), in `memory`. `now` and `lifetime` are cut to whole seconds.
[[nodiscard]] boost::json::object common_claims(const Policy& policy, Instant now, Duration lifetime, Random& random,
                                                boost::json::storage_ptr memory = {});

}  // namespace dwarpal::core
