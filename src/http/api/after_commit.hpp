// Answers that wait until their record is on disk.
#pragma once

#include "core/audit/token_events.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// The same route, but its answers wait until the token events so far are committed; 503 where they cannot be. The
/// thread that made the answer does not wait.
[[nodiscard]] Route answering_after_commit(Route route, core::TokenEventSink& events);

}  // namespace dwarpal::http
