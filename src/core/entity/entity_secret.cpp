#include "core/entity/entity_secret.hpp"

#include <algorithm>

namespace dwarpal::core {

std::string_view to_string(SecretStanding::Kind kind) {
  switch (kind) {
    case SecretStanding::Kind::Current: return "current";
    case SecretStanding::Kind::ExpiredInGrace: return "expired-in-grace";
    case SecretStanding::Kind::ReplacedInGrace: return "replaced-in-grace";
    case SecretStanding::Kind::Ended: return "ended";
  }
  return {};
}

SecretStanding standing_of(const SecretState& secret, const Policy& policy, Instant now) {
  using Kind = SecretStanding::Kind;
  // What was revoked stays so, even where an ended time travel puts the revocation into the future.
  if (secret.ended_at) return {.kind = Kind::Ended, .ends_at = secret.ended_at};

  std::optional<Instant> ends_at;
  if (secret.expires_at) ends_at = *secret.expires_at + policy.grace_after_expiry;
  if (secret.replaced_at) {
    const auto replacement_ends = *secret.replaced_at + policy.grace_after_replacement;
    ends_at = ends_at ? std::min(*ends_at, replacement_ends) : replacement_ends;
  }

  Kind kind = Kind::Current;
  if (ends_at && now >= *ends_at) kind = Kind::Ended;
  else if (secret.replaced_at) kind = Kind::ReplacedInGrace;
  else if (secret.expires_at && now >= *secret.expires_at) kind = Kind::ExpiredInGrace;
  return {.kind = kind, .ends_at = ends_at};
}

}  // namespace dwarpal::core
