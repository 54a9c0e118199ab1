// What the texts among the settings must look like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dwarpal::app {

/// 1 to 64 letters, digits, `-`, `_` and `.`, that stay what they are as a segment of a URL's path.
[[nodiscard]] bool is_realm(std::string_view text);
/// An absolute http or https URL that a path can be put behind: no query, fragment, user or slash at the end.
[[nodiscard]] bool is_base_url(std::string_view text);
/// Names with a space between (RFC 6749 §3.3).
[[nodiscard]] bool is_scope(std::string_view text);

struct ListenAddress {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;
};
/// `127.0.0.1:8080`, `[::1]:8080`
[[nodiscard]] std::optional<ListenAddress> parse_listen_address(std::string_view text);
[[nodiscard]] std::string to_string(const ListenAddress& address);

}  // namespace dwarpal::app
