// How a signing key is made, and how its private part is sealed for the store.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"
#include "core/signing/signing_key.hpp"
#include "crypto/private_key.hpp"

namespace dwarpal::core {

/// A Pending key that is published and signs from `now`, for who makes it to say otherwise, with a certificate of its
/// own. RSA takes tens of milliseconds to seconds: make it before a transaction, not in one.
[[nodiscard]] Result<SigningKey> make_signing_key(const SigningKeyKind& kind, const DataKeys& data_keys, Random& random,
                                                  Instant now);

/// ErrorCode::Internal if it was not sealed for this key.
[[nodiscard]] Result<crypto::PrivateKey> open_private_key(const SigningKey& key, const DataKeys& data_keys);

}  // namespace dwarpal::core
