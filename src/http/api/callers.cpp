#include "http/api/callers.hpp"

#include <string_view>
#include <utility>

#include "http/api/bearer.hpp"

namespace dwarpal::http {

namespace {

Result<core::Actor> actor_behind(const Request& request, Caller caller, const core::AccessTokens& tokens) {
  const auto token = TRY(bearer_token(request));
  if (!token) {
    if (caller == Caller::UserIfPresent) return core::Actor::anonymous();
    return fail(ErrorCode::Unauthorized, std::string(core::kBadToken), "no token");
  }
  if (caller == Caller::UserOrEntity) return TRY(tokens.of_anybody(*token)).actor;
  return tokens.user(*token);
}

}  // namespace

core::CallContext anonymous_context(const Request& request, std::string txn_id) {
  return {.actor = core::Actor::anonymous(),
          .client_address = request.client_address,
          .request_id = request.request_id,
          .txn_id = std::move(txn_id)};
}

Result<core::Actor> Callers::identify(const Request& request, Caller caller, const std::string& call) const {
  if (caller == Caller::Anybody) return core::Actor::anonymous();
  auto actor = actor_behind(request, caller, tokens_);
  if (actor || actor.error().code != ErrorCode::Unauthorized || call.empty()) return actor;
  core::RefusedCall refused{.call = call, .reason = actor.error().detail};
  if (const auto token = bearer_token(request); token && *token) refused.named = tokens_.named_by(**token);
  refused_.count(std::move(refused), anonymous_context(request, {}));
  return actor;
}

void Callers::note_refusal(const std::string& call, const Error& error, const core::CallContext& context) const {
  const auto& actor = context.actor;
  if (error.code != ErrorCode::InvalidInput || error.is_recorded || actor.kind == core::Actor::Kind::Anonymous) return;
  refused_.count({.call = call,
                  .reason = error.message,
                  .named = (actor.kind == core::Actor::Kind::Entity ? "entity:" : "user:") + actor.name},
                 context);
}

std::optional<core::Actor> Callers::entity_from_memory(const Request& request) const {
  const auto token = bearer_token(request);
  if (!token || !*token) return std::nullopt;
  auto honoured = tokens_.of_entity_from_memory(**token);
  if (!honoured) return std::nullopt;
  return std::move(honoured->actor);
}

std::string name_of_call(Method method, const std::string& path) {
  switch (method) {
    case Method::Get:
    case Method::Head: return "GET " + path;
    case Method::Post: return "POST " + path;
    case Method::Put: return "PUT " + path;
    case Method::Delete: return "DELETE " + path;
    case Method::Options:
    case Method::Other: break;
  }
  return path;
}

}  // namespace dwarpal::http
