// The claims that every token of the network has.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "core/policy.hpp"

namespace dwarpal::core {

/// `azp` of every user token; an entity's is its id, and this id is reserved.
inline constexpr std::string_view kUserTokenParty = "iam";

/// `exp`, `iat`, `jti`, `iss`, `aud` (a text if there is one, else a list), `typ`, `acr` (RFC 7519 §4.1,
/// docs/tokens.md). `now` and `lifetime` are cut to whole seconds.
[[nodiscard]] boost::json::object common_claims(const Policy& policy, Instant now, Duration lifetime, Random& random);

/// Those of them that are alike in all tokens: `iss`, `aud`, `typ`, `acr`.
[[nodiscard]] boost::json::object constant_claims(const Policy& policy);

}  // namespace dwarpal::core
