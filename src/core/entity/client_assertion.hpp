// A JWT by which an entity authenticates with its registered key in place of its secret (RFC 7523 §2.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/policy.hpp"
#include "crypto/digest.hpp"
#include "crypto/jws.hpp"
#include "crypto/public_key.hpp"
#include "crypto/signature_algorithm.hpp"

namespace dwarpal::core {

/// An assertion that says the right things; whether the entity signed it is for `is_signed_by` to tell.
class ClientAssertion {
 public:
  static constexpr std::chrono::seconds kLongestLifetime{300};
  static constexpr std::size_t kLongestId = 128;  ///< characters

  /// `alg` RS256 or PS256, a `kid`, no parameter that asks for more; `iss` = `sub`; `aud` exactly one text, the issuer
  /// or the token endpoint; `exp` ahead, but at most 300 s; `jti` of 1 to 128 characters; no name twice
  /// (docs/tokens.md). ErrorCode::InvalidInput, naming the member.
  static Result<ClientAssertion> parse(std::string_view text, const Policy& policy, Instant now);

  /// `iss` and `sub`.
  [[nodiscard]] const EntityId& entity() const { return entity_; }
  /// `kid`, by which the entity's record names the key.
  [[nodiscard]] const std::string& key_id() const { return key_id_; }
  /// SHA-256 of the `jti`.
  [[nodiscard]] const crypto::Sha256& id_digest() const { return id_digest_; }
  [[nodiscard]] Instant expires_at() const { return expires_at_; }
  [[nodiscard]] bool is_signed_by(const crypto::PublicKey& key) const {
    return key.verify(algorithm_, jws_.signing_input, jws_.signature);
  }

 private:
  explicit ClientAssertion(crypto::UnverifiedJws jws) : jws_(std::move(jws)) {}

  Result<> read_header();
  Result<> read_claims(const Policy& policy, Instant now);

  crypto::UnverifiedJws jws_;
  crypto::SignatureAlgorithm algorithm_ = crypto::SignatureAlgorithm::RS256;
  std::string key_id_;
  EntityId entity_;
  crypto::Sha256 id_digest_{};
  Instant expires_at_;
};

/// Port. Which assertions were used, so that none is used twice.
class AssertionStore {
 public:
  virtual ~AssertionStore() = default;
  /// False if the entity has used an assertion of that id that is kept at `now`; else it is kept until `until`.
  virtual Result<bool> use(const EntityUuid& entity, const crypto::Sha256& id_digest, Instant now, Instant until) = 0;
  /// Removes those that need not be kept at `now`; how many.
  virtual Result<std::int64_t> remove_ended(Instant now) = 0;
};

}  // namespace dwarpal::core
