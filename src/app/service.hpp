// `dwarpal serve`: from settings to a service that runs until it is told to stop.
#pragma once

#include <optional>

#include "app/settings.hpp"
#include "base/result.hpp"

namespace dwarpal::app {

struct ServeOptions {
  /// A descriptor that gets the ready line too.
  std::optional<int> ready_descriptor;
};

/// Serves until SIGTERM or SIGINT, then finishes what is in flight. When it is ready it prints the base URL, and
/// nothing else, to standard output. Errors of the start name the setting.
[[nodiscard]] Result<> serve(Settings settings, const ServeOptions& options);

}  // namespace dwarpal::app
