// The environment that the process was started in. Nothing else reads it.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace dwarpal::app {

/// Variables by their names. Tests make their own.
using Environment = std::map<std::string, std::string, std::less<>>;

/// What begins with `DWARPAL_`. Secrets among them are plain texts here, as they are in the process's own
/// environment as long as it runs.
[[nodiscard]] Environment process_environment();

}  // namespace dwarpal::app
