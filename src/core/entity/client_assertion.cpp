#include "core/entity/client_assertion.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"

namespace dwarpal::core {

namespace {

using boost::json::object;

// How far ahead of ours a client's clock may be when it writes `nbf`.
constexpr std::chrono::seconds kClockSkew{60};

std::unexpected<Error> bad_assertion(std::string message) {
  return fail(ErrorCode::InvalidInput, "client_assertion: " + std::move(message));
}

/// Empty if it is missing or no text.
std::string_view text_member(const object& members, std::string_view name) {
  const auto* value = members.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

/// RFC 7519 §2 NumericDate, which may have a fraction. None for what is no number, or absurd.
std::optional<Instant> date_of(const object& claims, std::string_view name) {
  constexpr double kYear9999 = 253'402'300'799;
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto seconds = value->to_number<double>();
  if (seconds < 0 || seconds > kYear9999) return std::nullopt;
  return Instant(std::chrono::milliseconds(static_cast<std::int64_t>(std::floor(seconds * 1000))));
}

std::size_t characters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

}  // namespace

Result<ClientAssertion> ClientAssertion::parse(std::string_view text, const Policy& policy, Instant now) {
  auto jws = crypto::parse_compact_jws(text);
  if (!jws) return bad_assertion("it is no JWT in compact form");
  ClientAssertion assertion(*std::move(jws));
  TRY(assertion.read_header());
  TRY(assertion.read_claims(policy, now));
  return assertion;
}

Result<> ClientAssertion::read_header() {
  const auto& header = jws_.header;
  for (const auto* name : {"crit", "jku", "jwk", "x5u", "b64"}) {
    if (header.contains(name)) return bad_assertion(std::string("the header parameter ") + name + " is not allowed");
  }
  const auto type = header.contains("typ") ? text_member(header, "typ") : "JWT";
  if (!equals_ignoring_case(type, "JWT") && !equals_ignoring_case(type, "client-authentication+jwt")) {
    return bad_assertion("typ must be JWT");
  }
  const auto algorithm = crypto::parse_signature_algorithm(text_member(header, "alg"));
  if (!algorithm || crypto::key_type_of(*algorithm) != crypto::KeyType::Rsa) {
    return bad_assertion("alg must be RS256 or PS256");
  }
  algorithm_ = *algorithm;
  key_id_ = text_member(header, "kid");
  if (key_id_.empty()) return bad_assertion("kid is required");
  return {};
}

Result<> ClientAssertion::read_claims(const Policy& policy, Instant now) {
  const auto document = parse_json(jws_.payload);
  if (!document || !document->value.is_object()) return bad_assertion("its payload is no JSON object");
  if (!document->repeated.empty()) return bad_assertion("its payload has a name twice");
  const auto& claims = document->value.get_object();

  const auto subject = text_member(claims, "sub");
  if (subject.empty() || text_member(claims, "iss") != subject)
    return bad_assertion("iss and sub must be the entity id");
  entity_ = EntityId(std::string(subject));
  const auto audience = text_member(claims, "aud");
  if (audience != policy.issuer() && audience != policy.issuer() + "/protocol/openid-connect/token") {
    return bad_assertion("aud must be one text, the issuer or the token endpoint");
  }
  const auto expires_at = date_of(claims, "exp");
  if (!expires_at) return bad_assertion("exp is required");
  if (now >= *expires_at) return bad_assertion("it has expired");
  if (*expires_at > now + kLongestLifetime) return bad_assertion("exp must be at most 300 seconds ahead");
  expires_at_ = *expires_at;
  if (claims.contains("nbf")) {
    const auto not_before = date_of(claims, "nbf");
    if (!not_before || *not_before > now + kClockSkew) return bad_assertion("nbf lies ahead");
  }
  const auto id = text_member(claims, "jti");
  if (id.empty() || characters_of(id) > kLongestId) return bad_assertion("jti must have 1 to 128 characters");
  id_digest_ = crypto::sha256(id);
  return {};
}

}  // namespace dwarpal::core
