#include "app/similar_name.hpp"

#include <algorithm>
#include <ranges>

namespace dwarpal::app {

namespace {

constexpr std::size_t kMostEdits = 3;

/// Levenshtein's, row by row.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::ranges::copy(std::views::iota(std::size_t{0}, row.size()), row.begin());
  for (const char letter : from) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (letter == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> most_similar(std::string_view name, const std::vector<std::string>& names) {
  std::optional<std::string> best;
  std::size_t fewest = kMostEdits + 1;
  for (const auto& candidate : names) {
    if (const auto edits = edits_between(name, candidate); edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

}  // namespace dwarpal::app
