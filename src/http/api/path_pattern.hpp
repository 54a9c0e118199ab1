// Paths with parameters, as routes and api/openapi.yaml write them: `/cr/v2/entityInfo/{type}/{id}`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dwarpal::http {

/// Whether `path`, as it was sent, has the pattern's segments: a `{parameter}` takes any one that is not empty.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view path);

/// The parameters of a path that fits, in their order, percent-decoded once (RFC 3986 §2.1). ErrorCode::NotFound for a
/// bad escape and for what is not UTF-8 or holds a NUL: nothing is called that.
[[nodiscard]] Result<std::vector<std::string>> path_parameters(std::string_view pattern, std::string_view path);

}  // namespace dwarpal::http
