#include "http/api/api.hpp"

#include <algorithm>
#include <utility>

#include "http/api/activation_calls.hpp"
#include "http/api/admin_calls.hpp"
#include "http/api/after_commit.hpp"
#include "http/api/callers.hpp"
#include "http/api/document_routes.hpp"
#include "http/api/oauth_calls.hpp"
#include "http/api/onboarding_calls.hpp"
#include "http/api/path_pattern.hpp"
#include "http/api/registry_answers.hpp"
#include "http/api/registry_calls.hpp"
#include "http/api/sandbox_calls.hpp"
#include "http/api/secret_calls.hpp"
#include "http/api/token_calls.hpp"

namespace dwarpal::http {

namespace {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::Get: return "GET, HEAD";
    case Method::Head: return "HEAD";
    case Method::Post: return "POST";
    case Method::Put: return "PUT";
    case Method::Delete: return "DELETE";
    case Method::Options: return "OPTIONS";
    case Method::Other: return "";
  }
  return {};
}

}  // namespace

Api::Api(const ApiParts& parts)
    : envelope_(parts.clock, parts.random, parts.log), oauth_answers_(parts.policy.realm, parts.log) {
  const Callers callers(parts.access_tokens, parts.refused_calls);
  const bool waits = parts.policy.token_events == core::TokenEventCommit::Durable;
  const auto add_token_route = [&](const Route& route) {
    add(waits ? answering_after_commit(route, parts.token_events) : route);
  };
  add_token_route(entity_token_route(envelope_, parts.entity_tokens));
  add_token_route(user_token_route(envelope_, parts.user_tokens));
  add(secret_reset_route(envelope_, callers, {.each = parts.entity_secrets, .idempotent = parts.idempotent_resets},
                         parts.policy));
  for (const auto& calls :
       {secret_calls(parts.entity_secrets, parts.policy),
        onboarding_calls(parts.entities, parts.accounts, parts.policy), activation_calls(parts.activation, parts.log),
        sandbox_calls(parts.sandbox, parts.policy)}) {
    for (const auto& call : calls) add(json_route(envelope_, callers, call));
  }
  for (const auto& calls :
       {admin_entity_calls(parts.administration, parts.entities, parts.revocations),
        admin_user_calls(parts.administration, parts.accounts, parts.revocations), admin_token_calls(parts.revocations),
        admin_mail_calls(parts.administration), admin_key_calls(parts.administration, parts.signing_keys),
        admin_audit_calls(parts.audit_reader),
        admin_node_calls(parts.administration, parts.policy, parts.clock, parts.clock.now())}) {
    for (const auto& call : calls) add(admin_route(envelope_, callers, call));
  }
  const OAuthParts oauth{.answers = oauth_answers_,
                         .authentication = parts.entity_authentication,
                         .entity_tokens = parts.entity_tokens,
                         .introspection = parts.introspection,
                         .revocations = parts.revocations,
                         .policy = parts.policy};
  const RegistryParts registry{.envelope = envelope_,
                               .callers = callers,
                               .entities = parts.entities,
                               .registry = parts.registry,
                               .log = parts.log};
  for (const auto& route : oauth_routes(oauth)) {
    if (route.path.ends_with("/token")) add_token_route(route);
    else add(route);
  }
  for (const auto& routes : {discovery_routes(parts.key_ring, parts.policy), registry_routes(registry), static_routes(),
                             health_routes(parts.store, parts.decision_clock)}) {
    for (const auto& route : routes) add(route);
  }
}

void Api::add(Route route) { by_path_[route.path].push_back(std::move(route)); }

Match Api::match(const Request& head) const {
  if (auto retired = retired_read(head)) return *std::move(retired);
  auto found = by_path_.find(head.target_path);
  if (found == by_path_.end()) {
    found = std::ranges::find_if(by_path_, [&](const auto& entry) { return fits(entry.first, head.target_path); });
  }
  if (found == by_path_.end()) return refusal(&head, 404, "There is nothing at this path");
  const auto method = head.method == Method::Head ? Method::Get : head.method;
  std::string allowed;
  for (const auto& route : found->second) {
    if (route.method == method) return &route;
    if (!allowed.empty()) allowed += ", ";
    allowed += name_of(route.method);
  }
  auto response = refusal(&head, 405, "This path does not take the method " + head.method_name);
  response.headers.push_back({"Allow", allowed});
  return response;
}

Response Api::refusal(const Request* request, unsigned status, std::string_view message) const {
  if (request != nullptr && request->target_path.starts_with("/auth/")) return oauth_answers_.refusal(status, message);
  if (request != nullptr && is_registry_path(request->target_path)) return registry_refusal(status, message);
  return envelope_.refusal(status, envelope_.txn_id({}), message);
}

}  // namespace dwarpal::http
