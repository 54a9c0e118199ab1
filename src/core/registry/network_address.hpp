// The texts in a record that say where a member is reached. For this folder only.
#pragma once

#include <string_view>

namespace dwarpal::core {

enum class UrlSchemes { Https, HttpAndHttps };

/// One absolute URL (RFC 3986 §4.3), or a comma-separated list of such, each after `v1:` or `v2:`.
[[nodiscard]] bool is_base_url(std::string_view text, UrlSchemes schemes);
/// 1 to 65535, without leading zeros.
[[nodiscard]] bool is_port(std::string_view text);
/// An IPv4 or IPv6 address, or a block of such in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3).
[[nodiscard]] bool is_address_or_block(std::string_view text);

}  // namespace dwarpal::core
