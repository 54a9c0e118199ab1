// POST /user/token/generate and /entity/token/generate: a name and a secret in a form, against a token.
#pragma once

#include "core/entity/entity_tokens.hpp"
#include "core/user/user_tokens.hpp"
#include "http/api/envelope.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// All references outlive the routes.
[[nodiscard]] Route user_token_route(const Envelope& envelope, core::UserTokens& tokens);
[[nodiscard]] Route entity_token_route(const Envelope& envelope, core::EntityTokens& tokens);

}  // namespace dwarpal::http
