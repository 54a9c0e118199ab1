// What the registry answers but records: `{"responseCode":404,"responseText":"Entity not found"}`.
#pragma once

#include <string_view>

#include "base/log.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// Whether callers of this path expect the registry's form.
[[nodiscard]] bool is_registry_path(std::string_view path);

[[nodiscard]] Response registry_done();
/// `message` is for the caller. A 401 says the same to everybody.
[[nodiscard]] Response registry_refusal(unsigned status, std::string_view message);
/// What a call failed with. Logs it.
[[nodiscard]] Response registry_error(Log& log, const Error& error, const Request& request);

}  // namespace dwarpal::http
