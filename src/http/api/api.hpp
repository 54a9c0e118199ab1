// Everything that is served over HTTP, as one table of routes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "core/administration/administration.hpp"
#include "core/audit/audit_reader.hpp"
#include "core/audit/refused_calls.hpp"
#include "core/audit/token_events.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entities.hpp"
#include "core/entity/entity_authentication.hpp"
#include "core/entity/entity_secrets.hpp"
#include "core/entity/entity_tokens.hpp"
#include "core/entity/idempotent_resets.hpp"
#include "core/policy.hpp"
#include "core/registry/registry.hpp"
#include "core/sandbox/sandbox.hpp"
#include "core/signing/access_tokens.hpp"
#include "core/signing/introspection.hpp"
#include "core/signing/key_ring.hpp"
#include "core/signing/revocations.hpp"
#include "core/signing/signing_keys.hpp"
#include "core/user/accounts.hpp"
#include "core/user/activation.hpp"
#include "core/user/user_tokens.hpp"
#include "http/api/envelope.hpp"
#include "http/api/oauth_answers.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// What the API serves. All of it outlives the Api.
struct ApiParts {
  core::Accounts& accounts;
  core::Activation& activation;
  core::Administration& administration;
  core::AccessTokens& access_tokens;
  core::AuditReader& audit_reader;
  const core::DecisionClock& decision_clock;
  core::Entities& entities;
  core::EntityAuthentication& entity_authentication;
  core::EntitySecrets& entity_secrets;
  core::EntityTokens& entity_tokens;
  core::IdempotentResets& idempotent_resets;
  const core::Introspection& introspection;
  core::KeyRing& key_ring;
  core::RefusedCalls& refused_calls;
  core::Registry& registry;
  core::Revocations& revocations;
  core::Sandbox& sandbox;
  core::SigningKeys& signing_keys;
  core::Store& store;
  core::TokenEventSink& token_events;
  core::UserTokens& user_tokens;
  const core::Policy& policy;
  const Clock& clock;
  Random& random;
  Log& log;
};

/// Thread-safe: the table does not change once it is made.
class Api final : public Service {
 public:
  explicit Api(const ApiParts& parts);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  [[nodiscard]] Match match(const Request& head) const override;
  [[nodiscard]] Response refusal(const Request* request, unsigned status, std::string_view message) const override;
  /// For the check that every route is described in api/openapi.yaml.
  [[nodiscard]] const std::map<std::string, std::vector<Route>, std::less<>>& routes() const { return by_path_; }

 private:
  void add(Route route);

  Envelope envelope_;
  OAuthAnswers oauth_answers_;
  std::map<std::string, std::vector<Route>, std::less<>> by_path_;
};

}  // namespace dwarpal::http
