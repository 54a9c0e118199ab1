// How calls of operators tell of a signing key.
#pragma once

#include <boost/json/object.hpp>

#include "core/signing/signing_keys.hpp"

namespace dwarpal::http {

/// Without what is private.
[[nodiscard]] boost::json::object encode_signing_key(const core::SigningKey& key);
[[nodiscard]] boost::json::object encode_signing_key(const core::ListedSigningKey& listed);

}  // namespace dwarpal::http
