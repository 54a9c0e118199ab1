// Signing keys that left their store by an export, read back.
#pragma once

#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/signing/signing_key.hpp"

namespace dwarpal::core {

struct SigningKeyExport {
  Instant exported_on;
  std::vector<SigningKey> keys;
};

/// Reads what export_signing_keys() made. Each field is there once, of its type, and fits the state of its key; one key
/// is ACTIVE, and at most one PENDING. ErrorCode::InvalidInput names the field ("keys[0].alg is missing"). Whether the
/// keys are those of a store is for check_signing_keys() to say.
[[nodiscard]] Result<SigningKeyExport> parse_signing_key_export(std::string_view text);

}  // namespace dwarpal::core
