#include "core/registry/network_address.hpp"

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace dwarpal::core {

namespace {

bool is_url(std::string_view text, UrlSchemes schemes) {
  const auto url = boost::urls::parse_absolute_uri(text);
  if (!url || url->host().empty()) return false;
  // Boost 1.81 takes a port of any size, and a path right after it.
  const std::string_view path = url->encoded_path();
  if (!path.empty() && !path.starts_with('/')) return false;
  if (!url->port().empty() && !is_port(url->port())) return false;
  return url->scheme_id() == boost::urls::scheme::https ||
         (schemes == UrlSchemes::HttpAndHttps && url->scheme_id() == boost::urls::scheme::http);
}

bool has_version(std::string_view text) { return text.starts_with("v1:") || text.starts_with("v2:"); }

/// Digits alone, without leading zeros.
std::optional<unsigned> number(std::string_view text) {
  unsigned parsed = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, parsed);
  if (error != std::errc() || stopped != end || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return parsed;
}

}  // namespace

bool is_base_url(std::string_view text, UrlSchemes schemes) {
  if (!has_version(text)) return is_url(text, schemes);
  for (;;) {
    const auto comma = text.find(',');
    const auto entry = trim(text.substr(0, comma));
    if (!has_version(entry) || !is_url(entry.substr(3), schemes)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_port(std::string_view text) {
  const auto port = number(text);
  return port && *port >= 1 && *port <= 65535;
}

bool is_address_or_block(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = text.substr(0, slash);
  const bool is_ipv4 = boost::urls::parse_ipv4_address(address).has_value();
  if (!is_ipv4 && !boost::urls::parse_ipv6_address(address)) return false;
  if (slash == std::string_view::npos) return true;
  const auto prefix = number(text.substr(slash + 1));
  return prefix && *prefix <= (is_ipv4 ? 32U : 128U);
}

}  // namespace dwarpal::core
