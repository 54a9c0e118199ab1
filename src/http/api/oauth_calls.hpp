// The standard endpoints of OAuth 2.0, below the realm.
#pragma once

#include <vector>

#include "core/entity/entity_authentication.hpp"
#include "core/entity/entity_tokens.hpp"
#include "core/policy.hpp"
#include "core/signing/introspection.hpp"
#include "core/signing/revocations.hpp"
#include "http/api/oauth_answers.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// What the standard endpoints call. All that it refers to outlives the routes.
struct OAuthParts {
  const OAuthAnswers& answers;
  core::EntityAuthentication& authentication;
  core::EntityTokens& entity_tokens;
  const core::Introspection& introspection;
  core::Revocations& revocations;
  const core::Policy& policy;
};

/// `token`, `token/introspect` (RFC 7662) and `revoke` (RFC 7009), below `<issuer>/protocol/openid-connect`.
[[nodiscard]] std::vector<Route> oauth_routes(const OAuthParts& parts);

}  // namespace dwarpal::http
