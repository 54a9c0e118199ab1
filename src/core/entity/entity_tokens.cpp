#include "core/entity/entity_tokens.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "core/audit/audit_event.hpp"
#include "core/signing/claims.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

namespace {

// Nobody guesses 256 bits; this spares the store and the audit trail.
constexpr std::chrono::seconds kLongestDelay{60};
constexpr std::string_view kRefusal = "Invalid entity id/secret or secret is expired";

std::string warning(const Entity& entity, const SecretStanding& standing) {
  const auto secret = "The secret for entity with ID " + entity.id.text();
  if (standing.kind == SecretStanding::Kind::ExpiredInGrace) return secret + " is expired and within the grace period";
  if (standing.kind != SecretStanding::Kind::ReplacedInGrace) return {};
  return secret + " has been replaced and is within the grace period until " +
         iso8601(entity.real_time(standing.ends_at.value()));
}

/// docs/tokens.md. Verifiers of today read `roles` as one text.
boost::json::object claims_of(const Entity& entity, const Policy& policy, Instant issued_at, Random& random) {
  auto claims = common_claims(policy, issued_at, policy.entity_token_lifetime, random);
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

struct EntityTokens::Match {
  std::int64_t secret_number = 0;
  SecretStanding standing;
};

EntityTokens::EntityTokens(EntityView& entities, const DataKeys& keys, KeyRing& key_ring, TokenEventSink& events,
                           const DecisionClock& clock, Random& random, const Policy& policy)
    : entities_(entities),
      keys_(keys),
      key_ring_(key_ring),
      events_(events),
      clock_(clock),
      random_(random),
      policy_(policy),
      refusals_by_address_({.free_failures = policy.secret_failures, .longest_delay = kLongestDelay}) {}

std::optional<Result<IssuedToken>> EntityTokens::issue_from_memory(const EntityCredentials& credentials,
                                                                   const CallContext& context) {
  const auto snapshot = entities_.peek(EntityId(credentials.id));
  const auto now = clock_.now();
  if (!snapshot || !now) return std::nullopt;
  const auto match = this->match(snapshot.get(), credentials.secret, *now);
  if (refusal_reason(snapshot.get(), match)) return std::nullopt;
  return sign(*snapshot, *match, *now, context);
}

Result<IssuedToken> EntityTokens::issue(const EntityCredentials& credentials, const CallContext& context) {
  auto look = entities_.look(EntityId(credentials.id));
  if (!look && look.error().code != ErrorCode::NotFound) return std::unexpected(std::move(look).error());
  const EntitySnapshot* snapshot = look ? look->get() : nullptr;
  const auto now = TRY(clock_.now());
  const auto match = this->match(snapshot, credentials.secret, now);
  if (const auto reason = refusal_reason(snapshot, match)) return refuse(snapshot, *reason, now, context);
  return sign(*snapshot, *match, now, context);
}

std::optional<EntityTokens::Match> EntityTokens::match(const EntitySnapshot* snapshot, const Secret& secret,
                                                       Instant now) const {
  // An unknown id is given the same work, and a secret that fits does not end it early.
  static const std::vector<SecretState> nobodys_secrets(1);
  const auto digest = keys_.secret_digest_key().mac(secret.expose());
  const SecretState* fitting = nullptr;
  for (const auto& candidate : snapshot ? snapshot->secrets : nobodys_secrets) {
    if (crypto::constant_time_equal(candidate.digest, digest)) fitting = &candidate;
  }
  if (!snapshot || !fitting) return std::nullopt;
  return Match{.secret_number = fitting->number,
               .standing = standing_of(*fitting, policy_, snapshot->entity.own_time(now))};
}

std::optional<std::string_view> EntityTokens::refusal_reason(const EntitySnapshot* snapshot,
                                                             const std::optional<Match>& match) {
  if (!snapshot) return "unknown";
  if (snapshot->entity.status != EntityStatus::Active) return "not-active";
  if (!match) return "wrong-secret";
  if (!match->standing.works()) return "ended-secret";
  return std::nullopt;
}

Result<IssuedToken> EntityTokens::sign(const EntitySnapshot& snapshot, const Match& match, Instant now,
                                       const CallContext& context) {
  const auto& entity = snapshot.entity;
  const auto not_before = entity.tokens_not_before.value_or(Instant{});
  // A suspension kills the tokens of its whole second; one that ends within it must not kill the next token too.
  const auto claims = claims_of(entity, policy_, std::max(now, not_before), random_);
  auto jwt = TRY(key_ring_.sign_jwt(ascii_json(claims)));

  AuditEvent event{.action = "entity-token.issue", .subject = subject_of(entity)};
  event.details = {{"jti", claims.at("jti")},
                   {"kid", jwt.key.text()},
                   {"secret", match.secret_number},
                   {"standing", to_string(match.standing.kind)}};
  mark_clock_shift(event.details, entity);
  CallContext issued_to = context;
  issued_to.actor = {.kind = Actor::Kind::Entity, .name = entity.id.text()};
  TRY(events_.record({.event = serialize(event, issued_to, now),
                      .at = now,
                      .used = TokenEvent::SecretUse{
                          .entity = entity.uuid, .number = match.secret_number, .at = entity.own_time(now)}}));

  return IssuedToken{.access_token = std::move(jwt.token),
                     .expires_in = std::chrono::floor<std::chrono::seconds>(policy_.entity_token_lifetime),
                     .not_before_policy = unix_seconds(not_before),
                     .scope = policy_.entity_scope,
                     .message = warning(entity, match.standing)};
}

Result<IssuedToken> EntityTokens::refuse(const EntitySnapshot* snapshot, std::string_view reason, Instant now,
                                         const CallContext& context) {
  const auto& address = context.client_address;
  if (const auto wait = refusals_by_address_.wait_for(address, now)) return too_many_attempts(*wait);
  refusals_by_address_.failed(address, now);
  AuditEvent event{.action = "entity-token.refuse", .outcome = AuditOutcome::Refused, .reason = std::string(reason)};
  if (snapshot) {
    event.subject = subject_of(snapshot->entity);
    mark_clock_shift(event.details, snapshot->entity);
  }
  TRY(events_.record({.event = serialize(event, context, now), .at = now}));
  return fail(ErrorCode::Unauthorized, std::string(kRefusal));
}

}  // namespace dwarpal::core
