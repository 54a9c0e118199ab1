#include "http/api/bearer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dwarpal::http {

namespace {

// find_first_of would call memchr for each of a token's thousand letters.
std::size_t first_blank(std::string_view text) { return std::min(text.find(' '), text.find('\t')); }

/// Where clients in production leave the scheme out.
bool takes_bare_tokens(std::string_view path) { return path.starts_with("/iam/") || path.starts_with("/cr/"); }

}  // namespace

Result<std::optional<std::string_view>> bearer_token(const Request& request) {
  const auto refused = [] {
    return fail(ErrorCode::Unauthorized, "Invalid or expired access token", "no bearer token in Authorization");
  };
  const auto count = request.header_count("Authorization");
  if (count == 0) return std::nullopt;
  if (count > 1) return refused();

  const auto value = trim(*request.header("Authorization"));
  const auto scheme_end = first_blank(value);
  if (scheme_end == std::string_view::npos) {
    if (takes_bare_tokens(request.target_path) && std::ranges::count(value, '.') == 2) return value;
    return refused();
  }
  const auto token = trim(value.substr(scheme_end));
  if (!equals_ignoring_case(value.substr(0, scheme_end), "Bearer")) return refused();
  if (token.empty() || first_blank(token) != std::string_view::npos) return refused();
  return token;
}

}  // namespace dwarpal::http
