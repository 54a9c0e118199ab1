#include "core/entity/entity_tokens.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "base/iso8601_duration.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "core/audit/audit_event.hpp"
#include "core/signing/claims.hpp"
#include "core/signing/not_before.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kBytesOfOtherClaims = 256;
constexpr std::size_t kUsualDetails = 256;

std::string warning(const Entity& entity, const SecretStanding& standing) {
  const auto secret = "The secret for entity with ID " + entity.id.text();
  if (standing.kind == SecretStanding::Kind::ExpiredInGrace) return secret + " is expired and within the grace period";
  if (standing.kind != SecretStanding::Kind::ReplacedInGrace) return {};
  return secret + " has been replaced and is within the grace period until " +
         iso8601(entity.real_time(standing.ends_at.value()));
}

/// What the audit trail tells of a token, as the text of a JSON object: none of it needs an escape.
std::string details_of(std::string_view jti, const KeyId& kid, const AuthenticatedEntity& authenticated) {
  std::string details;
  details.reserve(kUsualDetails);
  const auto out = std::back_inserter(details);
  fmt::format_to(out, FMT_COMPILE(R"({{"jti":"{}","kid":"{}",)"), jti, kid.text());
  if (const auto& secret = authenticated.secret()) {
    fmt::format_to(out, FMT_COMPILE(R"("secret":{},"standing":"{}")"), secret->number,
                   to_string(secret->standing.kind));
  } else {
    details += R"("authentication":"private_key_jwt")";
  }
  if (const auto shift = authenticated.entity().clock_shift; shift != Duration::zero()) {
    fmt::format_to(out, FMT_COMPILE(R"(,"clockShift":"{}")"), iso8601_duration(shift));
  }
  return details += '}';
}

/// The claims that are alike in all entity tokens, as members of a JSON object.
std::string constant_members(const Policy& policy) {
  auto claims = constant_claims(policy);
  claims["scope"] = policy.entity_scope;
  const auto json = ascii_json(claims);
  return json.substr(1, json.size() - 2);
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
  const auto jti = make_uuid(random_);
  auto jwt = TRY(key_ring_.sign_jwt(claims_of(entity, jti, issue_instant(now, entity.tokens_not_before))));

  const AuditEvent event{.action = "entity-token.issue", .subject = subject_of(entity)};
  const Actor actor{.kind = Actor::Kind::Entity, .name = entity.id.text()};
  TokenEvent issued{.event = serialize(event, details_of(jti, jwt.key, authenticated), actor, context, now),
                    .at = now,
                    .entity = entity.uuid,
                    .counted = TokenOutcome::Issued};
  if (secret) issued.used = {.number = secret->number, .at = entity.own_time(now)};
  TRY(events_.record(std::move(issued)));

  return IssuedToken{.access_token = std::move(jwt.token),
                     .expires_in = std::chrono::floor<std::chrono::seconds>(policy_.entity_token_lifetime),
                     .not_before_policy = unix_seconds(entity.tokens_not_before.value_or(Instant{})),
                     .scope = policy_.entity_scope,
                     .message = secret ? warning(entity, secret->standing) : std::string()};
}

// Verifiers of today read `roles` as one text.
std::string EntityTokens::claims_of(const Entity& entity, std::string_view jti, Instant issued_at) {
  // Not before: a service learns its own address when it has a port.
  std::call_once(policy_is_settled_, [this] { constant_members_ = constant_members(policy_); });
  const auto iat = unix_seconds(issued_at);
  const auto exp = iat + std::chrono::floor<std::chrono::seconds>(policy_.entity_token_lifetime).count();
  const auto id = json_string(entity.id.text());
  const auto account = json_string("service-account-" + to_lower(entity.id.text()));
  std::string claims;
  claims.reserve(constant_members_.size() + 6 * id.size() + kBytesOfOtherClaims);
  fmt::format_to(std::back_inserter(claims),
                 FMT_COMPILE(R"({{"exp":{},"iat":{},"jti":"{}",{},"sub":"{}","azp":{},"clientId":{},"client_id":{},)"
                             R"("roles":"{}","name":{},"preferred_username":{}}})"),
                 exp, iat, jti, constant_members_, entity.uuid.text(), id, id, id, to_string(entity.type), id, account);
  return claims;
}

}  // namespace dwarpal::core
