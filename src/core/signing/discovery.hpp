// What verifiers read: the key set and the metadata documents.
#pragma once

#include <string>

#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"

namespace dwarpal::core {

/// The JWK set (RFC 7517 §5) of all published keys, with `x5c` and `x5t#S256`; RSA keys first.
[[nodiscard]] std::string json_web_key_set(const KeyRing& key_ring);
/// OpenID Connect Discovery 1.0 §3 / RFC 8414 §2: only what is served.
[[nodiscard]] std::string provider_metadata(const KeyRing& key_ring, const Policy& policy);

}  // namespace dwarpal::core
