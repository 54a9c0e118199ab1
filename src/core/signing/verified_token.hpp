// An access token of the network that somebody presents, verified.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "crypto/public_key.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::core {

/// What every bad token is answered with, whatever is wrong with it.
inline constexpr std::string_view kBadToken = "Invalid or expired access token";

/// A key that verifiers may use, and the one algorithm that it goes with.
struct VerificationKey {
  KeyId id;
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::RS256;
  crypto::PublicKey key;
};

/// The claims of a token whose signature, issuer, type and times were verified; made by `verify` only.
class VerifiedToken {
 public:
  /// Signature by one of `keys` with that key's algorithm, no `crit`, `jku`, `jwk`, `x5u`; this `iss`; not expired at
  /// `now`; `typ` Bearer (RFC 8725, docs/tokens.md). ErrorCode::Unauthorized "Invalid or expired access token", with
  /// the check that failed as the detail.
  static Result<VerifiedToken> verify(std::string_view token, std::span<const VerificationKey> keys,
                                      std::string_view issuer, Instant now);

  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] const std::string& authorized_party() const { return authorized_party_; }
  [[nodiscard]] const TokenId& id() const { return id_; }
  /// The key that signed it.
  [[nodiscard]] const KeyId& key() const { return key_; }
  [[nodiscard]] Instant issued_at() const { return issued_at_; }
  [[nodiscard]] Instant expires_at() const { return expires_at_; }
  [[nodiscard]] std::int64_t credential_version() const { return credential_version_; }
  /// All claims, as they stand in the token.
  [[nodiscard]] const boost::json::object& claims() const { return claims_; }

 private:
  VerifiedToken() = default;
  std::string subject_;
  std::string authorized_party_;
  TokenId id_;
  KeyId key_;
  Instant issued_at_;
  Instant expires_at_;
  std::int64_t credential_version_ = 0;
  boost::json::object claims_;
};

}  // namespace dwarpal::core
