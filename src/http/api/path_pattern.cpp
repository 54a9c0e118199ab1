#include "http/api/path_pattern.hpp"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>

#include "base/text.hpp"

namespace dwarpal::http {

namespace {

/// Cuts the first segment off.
std::string_view take_segment(std::string_view& path) {
  const auto end = path.find('/');
  const auto segment = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

Result<std::string> decode_segment(std::string_view segment) {
  const auto encoded = boost::urls::make_pct_string_view(segment);
  if (!encoded) return fail(ErrorCode::NotFound, "There is nothing at this path");
  auto decoded = encoded->decode();
  if (!is_valid_utf8(decoded) || decoded.contains('\0')) {
    return fail(ErrorCode::NotFound, "There is nothing at this path");
  }
  return decoded;
}

}  // namespace

bool fits(std::string_view pattern, std::string_view path) {
  if (!path.starts_with(pattern.substr(0, pattern.find('{')))) return false;  // as most that are tried
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return false;
  while (!pattern.empty()) {
    const auto wanted = take_segment(pattern);
    const auto segment = take_segment(path);
    if (is_parameter(wanted) ? segment.empty() : segment != wanted) return false;
  }
  return path.empty();
}

Result<std::vector<std::string>> path_parameters(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty()) {
    const auto wanted = take_segment(pattern);
    const auto segment = take_segment(path);
    if (is_parameter(wanted)) parameters.push_back(TRY(decode_segment(segment)));
  }
  return parameters;
}

}  // namespace dwarpal::http
