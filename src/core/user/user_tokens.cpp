#include "core/user/user_tokens.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <tuple>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "core/entity/entity.hpp"
#include "core/entity/entity_secret.hpp"
#include "core/signing/claims.hpp"
#include "core/signing/not_before.hpp"
#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

namespace {

constexpr std::chrono::hours kAddressRefreshedAfter{24};
/// Of the claims as JSON: with header, signature and base64 the token stays below 7 KiB, which proxies take in a
/// header.
constexpr std::size_t kMostClaimBytes = 4500;
constexpr std::size_t kBytesOfEntity = std::string_view(R"("":["entity-admin"],"":1700000000000,)").size();
constexpr std::string_view kScope = "email profile entityMetadata secret-expiry-ts";

/// Fixed in length, whatever an attacker sends as a name; and what was mistyped is not kept.
std::string digest_of(std::string_view name, std::string_view client_address) {
  return crypto::hex(crypto::sha256(std::string(name).append("\n").append(client_address)));
}

std::string address_digest_of(const User& user, const CallContext& context) {
  return digest_of(user.uuid.text(), guesser_at(context.client_address));
}

bool password_is_expired(const User& user, const Policy& policy, Instant now) {
  return policy.password_lifetime && now >= user.password_set_at.value_or(user.created_at) + *policy.password_lifetime;
}

}  // namespace

/// An entity that the user is an admin of, as their token tells of it.
struct UserTokens::AdminOf {
  EntityId id;
  std::optional<Instant> secret_expires_at = std::nullopt;  // of its newest secret, in real time
};

/// Who wants to sign in, as of one look at the store.
struct UserTokens::Candidate {
  std::optional<User> user;                               // none: nobody has this email
  std::optional<Instant> address_used_at = std::nullopt;  // none: they never signed in from it
};

UserTokens::UserTokens(Store& store, TokenEventSink& events, KeyRing& key_ring, const DecisionClock& clock,
                       Random& random, const crypto::PasswordHasher& hasher, const Policy& policy)
    : store_(store),
      events_(events),
      key_ring_(key_ring),
      clock_(clock),
      random_(random),
      hasher_(hasher),
      policy_(policy),
      by_name_and_address_({.free_failures = policy.password_failures}),
      by_name_({.free_failures = policy.password_failures_anywhere}) {}

Result<IssuedToken> UserTokens::sign_in(const std::string& username, const Secret& password,
                                        const CallContext& context) {
  const auto now = TRY(clock_.now());
  const auto candidate = TRY(look_up(username, context));

  const auto name = to_lower(username);
  const auto here = digest_of(name, guesser_at(context.client_address));
  const auto anywhere = digest_of(name, {});
  auto wait = by_name_and_address_.wait_for(here, now);
  if (!candidate.address_used_at) wait = std::max(wait, by_name_.wait_for(anywhere, now));
  if (wait) return too_many_attempts(*wait);

  if (const auto reason = why_not(candidate, password, now); !reason.empty()) {
    wait = std::max(by_name_and_address_.failed(here, now), by_name_.failed(anywhere, now));
    TRY(record_refusal(candidate, reason, wait, context, now));
    return fail(ErrorCode::Unauthorized, "Invalid username/password or password is expired");
  }
  by_name_and_address_.succeeded(here);
  by_name_.succeeded(anywhere);
  TRY(remember(candidate, password, context, now));
  return issue(*candidate.user, context, now);
}

Result<UserTokens::Candidate> UserTokens::look_up(const std::string& username, const CallContext& context) {
  const auto email = Email::parse(username);
  if (!email) return Candidate{};
  return store_.read([&](Transaction& transaction) -> Result<Candidate> {
    Candidate candidate{.user = TRY(transaction.users().find(*email))};
    if (!candidate.user) return candidate;
    candidate.address_used_at =
        TRY(transaction.users().last_sign_in_from(candidate.user->uuid, address_digest_of(*candidate.user, context)));
    return candidate;
  });
}

Result<std::vector<UserTokens::AdminOf>> UserTokens::entities_of(const User& user) {
  return store_.read([&](Transaction& transaction) -> Result<std::vector<AdminOf>> {
    std::vector<AdminOf> entities;
    for (const auto& uuid : TRY(transaction.users().entities_of(user.uuid))) {
      const auto entity = TRY(transaction.entities().find(uuid));
      if (!entity || entity->status == EntityStatus::Deregistered) continue;
      AdminOf admin_of{.id = entity->id};
      if (const auto secret = TRY(transaction.secrets().newest(uuid)); secret && secret->state.expires_at) {
        admin_of.secret_expires_at = entity->real_time(*secret->state.expires_at);
      }
      entities.push_back(std::move(admin_of));
    }
    return entities;
  });
}

std::string_view UserTokens::why_not(const Candidate& candidate, const Secret& password, Instant now) const {
  const auto& user = candidate.user;
  if (!user || user->password_hash.empty()) {
    hasher_.verify_dummy(password);
    return user ? "not-active" : "unknown-user";
  }
  // Before anything else, so that each refusal takes as long as this.
  if (!hasher_.verify(user->password_hash, password)) return "wrong-password";
  if (user->status != UserStatus::Active) return "not-active";
  if (password_is_expired(*user, policy_, now)) return "expired";
  return {};
}

Result<> UserTokens::record_refusal(const Candidate& candidate, std::string_view reason,
                                    std::optional<std::chrono::seconds> wait, const CallContext& context, Instant now) {
  // An unknown user's too, without the name: how full the sink is must not tell users apart.
  AuditEvent event{.action = "user-token.refuse",
                   .subject = candidate.user ? subject_of(*candidate.user) : "",
                   .outcome = AuditOutcome::Refused,
                   .reason = std::string(reason)};
  if (wait) event.details["waitSeconds"] = wait->count();
  return events_.record({.event = serialize(event, context, now), .at = now});
}

Result<> UserTokens::remember(const Candidate& candidate, const Secret& password, const CallContext& context,
                              Instant now) {
  const auto& user = *candidate.user;
  std::string better_hash;
  if (hasher_.needs_rehash(user.password_hash)) better_hash = TRY(hasher_.hash(password));
  // Once a day, so that an everyday address is not forgotten for newer ones, and a sign-in need not write.
  const bool is_remembered = candidate.address_used_at && now - *candidate.address_used_at < kAddressRefreshedAfter;
  if (is_remembered && better_hash.empty()) return {};

  return store_.write([&](Transaction& transaction) -> Result<> {
    auto& users = transaction.users();
    if (!is_remembered) TRY(users.add_sign_in_address(user.uuid, address_digest_of(user, context), now));
    if (better_hash.empty()) return {};
    auto current = TRY(users.find(user.uuid));
    if (!current || current->password_hash != user.password_hash) return {};  // was changed meanwhile
    current->password_hash = better_hash;
    return users.update(*current);
  });
}

Result<IssuedToken> UserTokens::issue(const User& user, const CallContext& context, Instant now) {
  const auto lifetime = user.operator_role ? policy_.operator_token_lifetime : policy_.user_token_lifetime;
  const auto claims = claims_of(user, TRY(entities_of(user)), lifetime, now);
  auto jwt = TRY(key_ring_.sign_jwt(ascii_json(claims)));
  IssuedToken token{.access_token = std::move(jwt.token),
                    .expires_in = std::chrono::floor<std::chrono::seconds>(lifetime),
                    .not_before_policy = user.tokens_not_before ? unix_seconds(*user.tokens_not_before) : 0,
                    .scope = std::string(kScope),
                    .message = {}};
  const AuditEvent event{.action = "user-token.issue",
                         .subject = subject_of(user),
                         .details = {{"jti", claims.at("jti")}, {"kid", jwt.key.text()}}};
  TRY(events_.record({.event = serialize(event, context, now), .at = now}));
  return token;
}

boost::json::object UserTokens::claims_of(const User& user, std::vector<AdminOf> entities, Duration lifetime,
                                          Instant now) {
  auto claims = common_claims(policy_, issue_instant(now, user.tokens_not_before), lifetime, random_);
  claims["sub"] = user.uuid.text();
  for (const auto* name : {"azp", "clientId", "client_id"}) claims[name] = kUserTokenParty;
  claims["scope"] = kScope;
  claims["name"] = trim(user.first_name + " " + user.last_name);
  claims["preferred_username"] = user.email.text();
  claims["given_name"] = user.first_name;
  claims["family_name"] = user.last_name;
  claims["email"] = user.email.text();
  claims["email_verified"] = true;  // nobody is active without a link to it, or the command line's word for it
  claims["cv"] = user.credential_version;

  add_entities(claims, std::move(entities));
  return claims;
}

void UserTokens::add_entities(boost::json::object& claims, std::vector<AdminOf> entities) {
  std::ranges::sort(entities, {}, [](const AdminOf& entity) {
    return std::tuple(entity.secret_expires_at.value_or(Instant::max()), entity.id);
  });
  if (!entities.empty() && entities.front().secret_expires_at) {
    claims["secret_expiry_ts"] = iso8601(*entities.front().secret_expires_at);
  }
  boost::json::object roles;
  boost::json::object expiries;
  auto bytes = ascii_json(claims).size();
  for (const auto& entity : entities) {
    bytes += 2 * entity.id.text().size() + kBytesOfEntity;
    if (bytes > kMostClaimBytes) break;
    roles[entity.id.text()] = boost::json::array{kEntityAdminRole};
    if (entity.secret_expires_at) expiries[entity.id.text()] = unix_milliseconds(*entity.secret_expires_at);
  }
  claims["entity_meta"] = std::move(roles);
  claims["entity_secret_expiry"] = std::move(expiries);
}

}  // namespace dwarpal::core
