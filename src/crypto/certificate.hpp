// A certificate around a signing key, for verifiers that want `x5c`.
#pragma once

#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/private_key.hpp"

namespace dwarpal::crypto {

/// DER of an X.509 v3 certificate (RFC 5280) that the key issues to itself, with the serial number drawn from
/// `random`; both ends are rounded down to the second. Keep it: ES256 and PS256 sign differently each time.
/// InvalidInput for a name that is empty, longer than 64 characters or not UTF-8.
[[nodiscard]] Result<std::string> self_signed_certificate(const PrivateKey& key, std::string_view common_name,
                                                          Instant not_before, Instant not_after, Random& random);

/// Whether it is the DER of a certificate that this key issued to itself, whole and unaltered.
[[nodiscard]] bool is_certificate_of(std::string_view der, const PrivateKey& key);

}  // namespace dwarpal::crypto
