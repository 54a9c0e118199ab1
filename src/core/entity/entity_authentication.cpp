#include "core/entity/entity_authentication.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>
#include <vector>

#include "core/audit/audit_event.hpp"
#include "core/registry/registry_record.hpp"
#include "crypto/digest.hpp"
#include "crypto/public_key.hpp"

namespace dwarpal::core {

namespace {

// Nobody guesses 256 bits; this spares the store and the audit trail.
constexpr std::chrono::seconds kLongestDelay{60};
// Whatever it is about the entity, so that the answer tells nothing of it.
constexpr std::string_view kNotSigned =
    "client_assertion: no active entity signed it with the registered key of that kid";
// A clock that is set back so far still decides by the newest commit, and no further back does it decide at all.
constexpr auto kKeptBeyondExpiry = DecisionClock::kTolerance;

std::optional<std::string_view> refusal_reason(const EntitySnapshot* snapshot,
                                               const std::optional<AuthenticatedEntity::UsedSecret>& secret) {
  if (!snapshot) return "unknown";
  if (snapshot->entity.status != EntityStatus::Active) return "not-active";
  if (!secret) return "wrong-secret";
  if (!secret->standing.works()) return "ended-secret";
  return std::nullopt;
}

/// The keys of a record, as far as it has what its rules want.
std::vector<const boost::json::object*> keys_of(const RegistryRecord& record) {
  std::vector<const boost::json::object*> keys;
  const auto* info = record.record.if_contains("entityinfo");
  if (info == nullptr || !info->is_object()) return keys;
  const auto add = [&keys](const boost::json::value& key) {
    if (key.is_object()) keys.push_back(&key.get_object());
  };
  if (const auto* first = info->get_object().if_contains("certificate")) add(*first);
  const auto* further = info->get_object().if_contains("additionalCertificates");
  if (further != nullptr && further->is_array()) std::ranges::for_each(further->get_array(), add);
  return keys;
}

}  // namespace

EntityAuthentication::EntityAuthentication(Store& store, EntityView& entities, const DataKeys& keys,
                                           TokenEventSink& events, const DecisionClock& clock, const Policy& policy)
    : store_(store),
      entities_(entities),
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
  return AuthenticatedEntity(std::move(snapshot), secret, *now);
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
  return AuthenticatedEntity(std::move(snapshot), secret, now);
}

Result<AuthenticatedEntity> EntityAuthentication::by_assertion(const AssertionCredentials& credentials,
                                                               std::string_view refused_action,
                                                               const CallContext& context) {
  if (!policy_.private_key_jwt) {
    return fail(ErrorCode::Unauthorized, "private_key_jwt is not admitted in this network");
  }
  auto now = TRY(clock_.now());
  const auto assertion = ClientAssertion::parse(credentials.assertion, policy_, now);
  if (!assertion) return refuse(nullptr, "bad-assertion", refused_action, now, context, assertion.error().message);
  if (!credentials.client_id.empty() && credentials.client_id != assertion->entity().text()) {
    return refuse(nullptr, "bad-assertion", refused_action, now, context,
                  "client_id is another than the sub of client_assertion");
  }

  auto look = entities_.look(assertion->entity());
  if (!look && look.error().code == ErrorCode::NotFound) {
    return refuse(nullptr, "unknown", refused_action, now, context, kNotSigned);
  }
  if (!look) return std::unexpected(std::move(look).error());
  auto snapshot = *std::move(look);
  const auto& entity = snapshot->entity;
  if (entity.status != EntityStatus::Active) {
    return refuse(snapshot.get(), "not-active", refused_action, now, context, kNotSigned);
  }
  if (!TRY(is_signed_by(entity, *assertion))) {
    return refuse(snapshot.get(), "wrong-key", refused_action, now, context, kNotSigned);
  }

  now = TRY(clock_.now());  // the look may have shown a newer commit
  const bool is_first = TRY(store_.write([&](Transaction& transaction) {
    return transaction.assertions().use(entity.uuid, assertion->id_digest(), now,
                                        assertion->expires_at() + kKeptBeyondExpiry);
  }));
  if (!is_first) {
    return refuse(snapshot.get(), "used-assertion", refused_action, now, context,
                  "client_assertion: its jti was used before");
  }
  return AuthenticatedEntity(std::move(snapshot), std::nullopt, now);
}

Result<> EntityAuthentication::forget_ended_assertions() {
  const auto now = TRY(clock_.now());
  TRY(store_.write([now](Transaction& transaction) { return transaction.assertions().remove_ended(now); }));
  return {};
}

Result<bool> EntityAuthentication::is_signed_by(const Entity& entity, const ClientAssertion& assertion) {
  const auto record =
      TRY(store_.read([&](Transaction& transaction) { return transaction.registry().find(entity.uuid); }));
  // A record that is not complete is not listed either.
  if (!record || !record->complete) return false;
  return std::ranges::any_of(keys_of(*record), [&](const boost::json::object* jwk) {
    const auto* kid = jwk->if_contains("kid");
    if (kid == nullptr || *kid != boost::json::value(assertion.key_id())) return false;
    const auto key = crypto::PublicKey::from_jwk(*jwk);
    return key && assertion.is_signed_by(*key);
  });
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
                                                    const CallContext& context, std::string_view message) {
  const auto address = guesser_at(context.client_address);
  if (const auto wait = refusals_by_address_.wait_for(address, now)) return too_many_attempts(*wait);
  const auto wait = refusals_by_address_.failed(address, now);
  AuditEvent event{.action = refused_action, .outcome = AuditOutcome::Refused, .reason = std::string(reason)};
  if (wait) event.details["waitSeconds"] = wait->count();
  if (snapshot) {
    event.subject = subject_of(snapshot->entity);
    mark_clock_shift(event.details, snapshot->entity);
  }
  TokenEvent refusal{.event = serialize(event, context, now), .at = now};
  if (refused_action == kEntityTokenRefused) {
    if (snapshot) refusal.entity = snapshot->entity.uuid;
    refusal.counted = TokenOutcome::Refused;
  }
  auto recorded = events_.record(std::move(refusal));
  if (!recorded) return std::unexpected(std::move(recorded).error());
  return fail(ErrorCode::Unauthorized, std::string(message));
}

}  // namespace dwarpal::core
