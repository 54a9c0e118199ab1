// What somebody who mistyped a name may have meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwarpal::app {

/// The one with the fewest letters to insert, remove or replace; none when those are more than three.
[[nodiscard]] std::optional<std::string> most_similar(std::string_view name, const std::vector<std::string>& names);

}  // namespace dwarpal::app
