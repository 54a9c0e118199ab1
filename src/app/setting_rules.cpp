#include "app/setting_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <charconv>

namespace dwarpal::app {

bool is_realm(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !text.empty() && text.size() <= 64 && text != "." && text != ".." &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_base_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return false;
  const boost::urls::url_view& url = *parsed;
  // A port that is empty or no port number counts as 0.
  const bool has_bad_port = url.has_port() && url.port_number() == 0;
  return (url.scheme() == "http" || url.scheme() == "https") && !url.host().empty() && !has_bad_port &&
         !url.has_userinfo() && !url.has_query() && !url.has_fragment() && !text.ends_with('/');
}

bool is_scope(std::string_view text) {
  const auto is_allowed = [](char letter) { return letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\'; };
  return !text.empty() && std::ranges::all_of(text, is_allowed) && !text.starts_with(' ') && !text.ends_with(' ') &&
         !text.contains("  ");
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  // Without the brackets, which colon parts host and port would be a guess.
  if (host.empty() || host.contains(':') != has_brackets || host.find_first_of("[] ") != std::string_view::npos) {
    return std::nullopt;
  }
  ListenAddress address{.host = std::string(host)};
  const auto digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return address;
}

std::string to_string(const ListenAddress& address) {
  return fmt::format(fmt::runtime(address.host.contains(':') ? "[{}]:{}" : "{}:{}"), address.host, address.port);
}

}  // namespace dwarpal::app
