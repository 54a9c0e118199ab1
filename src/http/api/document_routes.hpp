// What is fetched with GET: the documents of verifiers, the API's own description, the pages, health.
#pragma once

#include <vector>

#include "core/decision_clock.hpp"
#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"
#include "core/store.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// JWKS and metadata (RFC 7517, RFC 8414): cacheable, with an ETag, readable from any origin.
[[nodiscard]] std::vector<Route> discovery_routes(const core::KeyRing& key_ring, const core::Policy& policy);
/// `/openapi.yaml`, and the pages and assets under `/console`.
[[nodiscard]] std::vector<Route> static_routes();
/// `/health/live`: the process answers. `/health/ready`: the store answers and the clock can be trusted.
[[nodiscard]] std::vector<Route> health_routes(core::Store& store, const core::DecisionClock& clock);

}  // namespace dwarpal::http
