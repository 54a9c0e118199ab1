// Fetches a document over HTTP, for the member tools.
#pragma once

#include <string>

#include "base/result.hpp"

namespace dwarpal::delivery {

/// The body of a 200 to a GET: at most 1 MiB, within 10 s, http or https with a verified certificate, no
/// redirects. ErrorCode::Unavailable with what went wrong.
[[nodiscard]] Result<std::string> http_get(const std::string& url);

}  // namespace dwarpal::delivery
