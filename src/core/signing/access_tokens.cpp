#include "core/signing/access_tokens.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/signing/claims.hpp"

namespace dwarpal::core {

namespace {

/// `detail` is for the log; callers never learn which check it was.
std::unexpected<Error> refuse_token(std::string detail) {
  return fail(ErrorCode::Unauthorized, std::string(kBadToken), std::move(detail));
}

/// Whether "not before" cut the token off (docs/tokens.md).
bool is_cut_off(const VerifiedToken& token, const std::optional<Instant>& not_before) {
  return not_before && token.issued_at() < *not_before;
}

bool is_user_token(const VerifiedToken& token) { return token.authorized_party() == kUserTokenParty; }

/// The entity that the token was issued to, if it still may use it.
Result<Actor> actor_of(const Entity& entity, const VerifiedToken& token) {
  if (entity.uuid.text() != token.subject()) return refuse_token("no such entity");
  if (entity.status != EntityStatus::Active) return refuse_token("entity is not active");
  if (is_cut_off(token, entity.tokens_not_before)) return refuse_token("issued before tokens were revoked");
  return Actor{.kind = Actor::Kind::Entity, .name = entity.id.text()};
}

}  // namespace

Result<std::shared_ptr<const VerifiedToken>> AccessTokens::verify(std::string_view token) const {
  const auto now = TRY(clock_.now());
  const auto keys = key_ring_.verification_keys();
  auto verified = remembered_.find(token);
  if (!verified) {
    verified = std::make_shared<const VerifiedToken>(TRY(VerifiedToken::verify(token, *keys, policy_.issuer(), now)));
    remembered_.remember(token, verified);
  }
  // What was remembered may have ended since.
  if (now >= verified->expires_at()) return refuse_token("expired");
  if (std::ranges::find(*keys, verified->key(), &VerificationKey::id) == keys->end()) {
    return refuse_token("its key is not published any more");
  }
  if (revoked_.contains(verified->id())) return refuse_token("revoked");
  return verified;
}

Result<Actor> AccessTokens::user(std::string_view token) const {
  const auto verified = TRY(verify(token));
  if (!is_user_token(*verified)) return refuse_token("not a user token");
  return user_behind(*verified);
}

Result<HonouredToken> AccessTokens::of_anybody(std::string_view token) const {
  auto verified = TRY(verify(token));
  auto actor = TRY(is_user_token(*verified) ? user_behind(*verified) : entity_behind(*verified));
  return HonouredToken{.token = std::move(verified), .actor = std::move(actor)};
}

std::optional<HonouredToken> AccessTokens::of_entity_from_memory(std::string_view token) const {
  auto verified = verify(token);
  if (!verified) return std::nullopt;
  const auto snapshot = entities_.peek(EntityId((*verified)->authorized_party()));
  if (!snapshot) return std::nullopt;
  auto actor = actor_of(snapshot->entity, **verified);
  if (!actor) return std::nullopt;
  return HonouredToken{.token = *std::move(verified), .actor = *std::move(actor)};
}

std::string AccessTokens::named_by(std::string_view token) const {
  constexpr Instant kBeforeAnyExpiry{};
  const auto verified =
      VerifiedToken::verify(token, *key_ring_.verification_keys(), policy_.issuer(), kBeforeAnyExpiry);
  if (!verified) return {};
  if (!is_user_token(*verified)) {
    const auto snapshot = entities_.look(EntityId(verified->authorized_party()));
    return snapshot ? subject_of((*snapshot)->entity) : std::string();
  }
  const auto user =
      store_.read([&](Transaction& transaction) { return transaction.users().find(UserUuid(verified->subject())); });
  return user && *user ? subject_of(**user) : std::string();
}

Result<Actor> AccessTokens::user_behind(const VerifiedToken& token) const {
  const auto user =
      TRY(store_.read([&](Transaction& transaction) { return transaction.users().find(UserUuid(token.subject())); }));
  if (!user) return refuse_token("no such user");
  if (user->status != UserStatus::Active) return refuse_token("user is not active");
  if (user->credential_version != token.credential_version()) return refuse_token("credentials changed since");
  if (is_cut_off(token, user->tokens_not_before)) return refuse_token("issued before tokens were revoked");
  return Actor{.kind = Actor::Kind::User,
               .name = user->email.text(),
               .user = user->uuid,
               .operator_role = user->operator_role,
               .token_expires_at = token.expires_at()};
}

Result<Actor> AccessTokens::entity_behind(const VerifiedToken& token) const {
  const auto snapshot = entities_.look(EntityId(token.authorized_party()));
  if (snapshot) return actor_of((*snapshot)->entity, token);
  if (snapshot.error().code == ErrorCode::NotFound) return refuse_token("no such entity");
  return std::unexpected(snapshot.error());
}

}  // namespace dwarpal::core
