#include "core/signing/access_tokens.hpp"

#include <optional>

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

}  // namespace

Result<VerifiedToken> AccessTokens::verify(std::string_view token) const {
  const auto now = TRY(clock_.now());
  return VerifiedToken::verify(token, *key_ring_.verification_keys(), policy_.issuer(), now);
}

Result<Actor> AccessTokens::user(std::string_view token) const {
  const auto verified = TRY(verify(token));
  if (verified.authorized_party() != kUserTokenParty) return refuse_token("not a user token");
  const auto user = TRY(
      store_.read([&](Transaction& transaction) { return transaction.users().find(UserUuid(verified.subject())); }));
  if (!user) return refuse_token("no such user");
  if (user->status != UserStatus::Active) return refuse_token("user is not active");
  if (user->credential_version != verified.credential_version()) return refuse_token("credentials changed since");
  if (is_cut_off(verified, user->tokens_not_before)) return refuse_token("issued before tokens were revoked");
  return Actor{.kind = Actor::Kind::User,
               .name = user->email.text(),
               .user = user->uuid,
               .operator_role = user->operator_role,
               .token_expires_at = verified.expires_at()};
}

Result<Actor> AccessTokens::entity(std::string_view token) const {
  const auto verified = TRY(verify(token));
  const auto entity = TRY(store_.read(
      [&](Transaction& transaction) { return transaction.entities().find(EntityUuid(verified.subject())); }));
  if (!entity || entity->id.text() != verified.authorized_party()) return refuse_token("no such entity");
  if (entity->status != EntityStatus::Active) return refuse_token("entity is not active");
  if (is_cut_off(verified, entity->tokens_not_before)) return refuse_token("issued before tokens were revoked");
  return Actor{.kind = Actor::Kind::Entity, .name = entity->id.text()};
}

}  // namespace dwarpal::core
