#include "core/entity/entity_authentication.hpp"

#include <chrono>
#include <vector>

#include "core/audit/audit_event.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

namespace {

// Nobody guesses 256 bits; this spares the store and the audit trail.
constexpr std::chrono::seconds kLongestDelay{60};
constexpr std::string_view kRefusal = "Invalid entity id/secret or secret is expired";

std::optional<std::string_view> refusal_reason(const EntitySnapshot* snapshot,
                                               const std::optional<AuthenticatedEntity::UsedSecret>& secret) {
  if (!snapshot) return "unknown";
  if (snapshot->entity.status != EntityStatus::Active) return "not-active";
  if (!secret) return "wrong-secret";
  if (!secret->standing.works()) return "ended-secret";
  return std::nullopt;
}

}  // namespace

EntityAuthentication::EntityAuthentication(EntityView& entities, const DataKeys& keys, TokenEventSink& events,
                                           const DecisionClock& clock, const Policy& policy)
    : entities_(entities),
      keys_(keys),
      events_(events),
      clock_(clock),
      policy_(policy),
      refusals_by_address_({.free_failures = policy.secret_failures, .longest_delay = kLongestDelay}) {}

std::optional<AuthenticatedEntity> EntityAuthentication::by_secret_from_memory(
    const EntityCredentials& credentials) const {
  auto snapshot = entities_.peek(EntityId(credentials.id));
  const auto now = clock_.now();
  if (!snapshot || !now) return std::nullopt;
  const auto secret = match(snapshot.get(), credentials, *now);
  if (refusal_reason(snapshot.get(), secret)) return std::nullopt;
  return AuthenticatedEntity(std::move(snapshot), *secret, *now);
}

Result<AuthenticatedEntity> EntityAuthentication::by_secret(const EntityCredentials& credentials,
                                                            std::string_view refused_action,
                                                            const CallContext& context) {
  auto look = entities_.look(EntityId(credentials.id));
  if (!look && look.error().code != ErrorCode::NotFound) return std::unexpected(std::move(look).error());
  auto snapshot = look ? *std::move(look) : nullptr;
  const auto now = TRY(clock_.now());
  const auto secret = match(snapshot.get(), credentials, now);
  if (const auto reason = refusal_reason(snapshot.get(), secret)) {
    return refuse(snapshot.get(), *reason, refused_action, now, context);
  }
  return AuthenticatedEntity(std::move(snapshot), *secret, now);
}

std::optional<AuthenticatedEntity::UsedSecret> EntityAuthentication::match(const EntitySnapshot* snapshot,
                                                                           const EntityCredentials& credentials,
                                                                           Instant now) const {
  // An unknown id is given the same work, and a secret that fits does not end it early.
  static const std::vector<SecretState> nobodys_secrets(1);
  const auto digest = keys_.secret_digest_key().mac(credentials.secret.expose());
  const auto or_digest =
      credentials.or_secret ? keys_.secret_digest_key().mac(credentials.or_secret->expose()) : digest;
  const SecretState* fitting = nullptr;
  for (const auto& candidate : snapshot ? snapshot->secrets : nobodys_secrets) {
    const bool fits = crypto::constant_time_equal(candidate.digest, digest);
    const bool fits_otherwise = credentials.or_secret && crypto::constant_time_equal(candidate.digest, or_digest);
    if (fits || fits_otherwise) fitting = &candidate;
  }
  if (!snapshot || !fitting) return std::nullopt;
  return AuthenticatedEntity::UsedSecret{.number = fitting->number,
                                         .standing = standing_of(*fitting, policy_, snapshot->entity.own_time(now))};
}

std::unexpected<Error> EntityAuthentication::refuse(const EntitySnapshot* snapshot, std::string_view reason,
                                                    std::string_view refused_action, Instant now,
                                                    const CallContext& context) {
  const auto& address = context.client_address;
  if (const auto wait = refusals_by_address_.wait_for(address, now)) return too_many_attempts(*wait);
  refusals_by_address_.failed(address, now);
  AuditEvent event{
      .action = std::string(refused_action), .outcome = AuditOutcome::Refused, .reason = std::string(reason)};
  if (snapshot) event.subject = subject_of(snapshot->entity);
  auto recorded = events_.record({.event = serialize(event, context, now), .at = now});
  if (!recorded) return std::unexpected(std::move(recorded).error());
  return fail(ErrorCode::Unauthorized, std::string(kRefusal));
}

}  // namespace dwarpal::core
