#include "core/entity/entity_tokens.hpp"

#include <boost/json/object.hpp>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "core/audit/audit_event.hpp"
#include "core/signing/claims.hpp"
#include "core/signing/not_before.hpp"

namespace dwarpal::core {

namespace {

std::string warning(const Entity& entity, const SecretStanding& standing) {
  const auto secret = "The secret for entity with ID " + entity.id.text();
  if (standing.kind == SecretStanding::Kind::ExpiredInGrace) return secret + " is expired and within the grace period";
  if (standing.kind != SecretStanding::Kind::ReplacedInGrace) return {};
  return secret + " has been replaced and is within the grace period until " +
         iso8601(entity.real_time(standing.ends_at.value()));
}

/// docs/tokens.md. Verifiers of today read `roles` as one text.
boost::json::object claims_of(const Entity& entity, const Policy& policy, Instant issued_at, Random& random,
                              JsonScratch& scratch) {
  auto claims = common_claims(policy, issued_at, policy.entity_token_lifetime, random, scratch.storage());
  const auto& id = entity.id.text();
  claims["sub"] = entity.uuid.text();
  claims["azp"] = id;
  claims["clientId"] = id;
  claims["client_id"] = id;
  claims["scope"] = policy.entity_scope;
  claims["roles"] = to_string(entity.type);
  claims["name"] = id;
  claims["preferred_username"] = "service-account-" + to_lower(id);
  return claims;
}

}  // namespace

EntityTokens::EntityTokens(EntityAuthentication& authentication, KeyRing& key_ring, TokenEventSink& events,
                           Random& random, const Policy& policy)
    : authentication_(authentication), key_ring_(key_ring), events_(events), random_(random), policy_(policy) {}

std::optional<Result<IssuedToken>> EntityTokens::issue_from_memory(const EntityCredentials& credentials,
                                                                   const CallContext& context) {
  const auto authenticated = authentication_.by_secret_from_memory(credentials);
  if (!authenticated) return std::nullopt;
  return sign(*authenticated, context);
}

Result<IssuedToken> EntityTokens::issue(const EntityCredentials& credentials, const CallContext& context) {
  return sign(TRY(authentication_.by_secret(credentials, kEntityTokenRefused, context)), context);
}

Result<IssuedToken> EntityTokens::issue(const AssertionCredentials& credentials, const CallContext& context) {
  return sign(TRY(authentication_.by_assertion(credentials, kEntityTokenRefused, context)), context);
}

Result<IssuedToken> EntityTokens::sign(const AuthenticatedEntity& authenticated, const CallContext& context) {
  const auto& entity = authenticated.entity();
  const auto now = authenticated.at();
  const auto& secret = authenticated.secret();
  JsonScratch scratch;
  const auto claims = claims_of(entity, policy_, issue_instant(now, entity.tokens_not_before), random_, scratch);
  auto jwt = TRY(key_ring_.sign_jwt(ascii_json(claims)));

  AuditEvent event{
      .action = "entity-token.issue", .subject = subject_of(entity), .details = boost::json::object(scratch.storage())};
  event.details = {{"jti", claims.at("jti")}, {"kid", jwt.key.text()}};
  std::optional<TokenEvent::SecretUse> used;
  if (secret) {
    event.details["secret"] = secret->number;
    event.details["standing"] = to_string(secret->standing.kind);
    used = {.entity = entity.uuid, .number = secret->number, .at = entity.own_time(now)};
  } else {
    event.details["authentication"] = "private_key_jwt";
  }
  mark_clock_shift(event.details, entity);
  CallContext issued_to = context;
  issued_to.actor = {.kind = Actor::Kind::Entity, .name = entity.id.text()};
  TRY(events_.record({.event = serialize(event, issued_to, now),
                      .at = now,
                      .used = used,
                      .counted = TokenOutcome{.entity = entity.uuid, .is_issued = true}}));

  return IssuedToken{.access_token = std::move(jwt.token),
                     .expires_in = std::chrono::floor<std::chrono::seconds>(policy_.entity_token_lifetime),
                     .not_before_policy = unix_seconds(entity.tokens_not_before.value_or(Instant{})),
                     .scope = policy_.entity_scope,
                     .message = secret ? warning(entity, secret->standing) : std::string()};
}

}  // namespace dwarpal::core
