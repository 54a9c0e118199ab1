#include "core/signing/verified_token.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "crypto/jws.hpp"

namespace dwarpal::core {

namespace {

/// `detail` is for the log; callers never learn which check it was.
std::unexpected<Error> refuse(std::string detail) {
  return fail(ErrorCode::Unauthorized, std::string(kBadToken), std::move(detail));
}

std::optional<std::string> text_claim(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> number_claim(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

/// Parameters that would let a token bring its own key, or ask for what we do not understand (RFC 7515 §4.1).
bool has_forbidden_parameter(const boost::json::object& header) {
  static constexpr std::array kForbidden{"crit", "jku", "jwk", "x5u", "x5c", "b64"};
  return std::ranges::any_of(kForbidden, [&](const char* name) { return header.contains(name); });
}

const VerificationKey* key_for(const boost::json::object& header, std::span<const VerificationKey> keys) {
  const auto kid = text_claim(header, "kid");
  const auto alg = text_claim(header, "alg");
  const auto found = std::ranges::find_if(keys, [&](const VerificationKey& key) {
    return kid == key.id.text() && alg == crypto::to_string(key.algorithm);
  });
  return found == keys.end() ? nullptr : &*found;
}

Instant instant_of(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

}  // namespace

Result<VerifiedToken> VerifiedToken::verify(std::string_view token, std::span<const VerificationKey> keys,
                                            std::string_view issuer, Instant now) {
  // Enough for the year 9999, and far from where instants overflow.
  constexpr std::int64_t kLatestSeconds = 253'402'300'799;

  const auto jws = crypto::parse_compact_jws(token);
  if (!jws) return refuse("not a compact JWS");
  if (has_forbidden_parameter(jws->header)) return refuse("a header parameter that is not allowed");
  if (!equals_ignoring_case(text_claim(jws->header, "typ").value_or("JWT"), "JWT")) return refuse("not typ JWT");
  const auto* key = key_for(jws->header, keys);
  if (key == nullptr) return refuse("no published key with this kid and alg");
  if (!key->key.verify(key->algorithm, jws->signing_input, jws->signature)) return refuse("wrong signature");

  const auto document = parse_json(jws->payload);
  if (!document || !document->value.is_object() || !document->repeated.empty())
    return refuse("payload is no claims set");
  const auto& claims = document->value.get_object();
  if (text_claim(claims, "iss") != issuer) return refuse("another issuer");
  if (text_claim(claims, "typ") != "Bearer") return refuse("not a bearer token");
  const auto subject = text_claim(claims, "sub");
  const auto party = text_claim(claims, "azp");
  const auto id = text_claim(claims, "jti");
  const auto issued = number_claim(claims, "iat");
  const auto expires = number_claim(claims, "exp");
  if (!subject || !party || !id || !issued || !expires) return refuse("a claim is missing");
  if (*issued < 0 || *expires < 0 || *issued > kLatestSeconds || *expires > kLatestSeconds)
    return refuse("absurd times");
  if (now >= instant_of(*expires)) return refuse("expired");

  VerifiedToken verified;
  verified.subject_ = *subject;
  verified.authorized_party_ = *party;
  verified.id_ = TokenId(*id);
  verified.key_ = key->id;
  verified.issued_at_ = instant_of(*issued);
  verified.expires_at_ = instant_of(*expires);
  verified.credential_version_ = number_claim(claims, "cv").value_or(0);
  verified.claims_ = claims;
  return verified;
}

}  // namespace dwarpal::core
