// The access token of a request.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// The token in `Authorization` (RFC 6750 §2.1), or, under /iam and /cr, a bare one as deployed clients send
/// it: one word with two dots. None without the header; ErrorCode::Unauthorized for anything else, and for two such
/// headers.
[[nodiscard]] Result<std::optional<std::string_view>> bearer_token(const Request& request);

}  // namespace dwarpal::http
