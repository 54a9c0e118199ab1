// POST /entity/secret/reset, read, status, revoke.
#pragma once

#include <boost/json/array.hpp>
#include <vector>

#include "core/entity/entity_secrets.hpp"
#include "core/entity/idempotent_resets.hpp"
#include "core/policy.hpp"
#include "http/api/json_call.hpp"

namespace dwarpal::http {

/// As `secrets` of a status lists them.
[[nodiscard]] boost::json::array encode_secrets(const std::vector<core::SecretStatus>& secrets);

/// A reset is carried out each time that it is asked for, unless it comes with an Idempotency-Key.
struct SecretResets {
  core::EntitySecrets& each;
  core::IdempotentResets& idempotent;
};

/// All references outlive the route.
[[nodiscard]] Route secret_reset_route(const Envelope& envelope, const Callers& callers, const SecretResets& resets,
                                       const core::Policy& policy);

/// The others. All references outlive the calls.
[[nodiscard]] std::vector<JsonCall> secret_calls(core::EntitySecrets& secrets, const core::Policy& policy);

}  // namespace dwarpal::http
