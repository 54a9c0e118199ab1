#include "http/server/client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "base/text.hpp"

namespace dwarpal::http {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool same_prefix(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right, unsigned bits) {
  const unsigned whole = bits / 8;
  if (!std::ranges::equal(left.first(whole), right.first(whole))) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || (left[whole] ^ right[whole]) >> (8 - rest) == 0;
}

}  // namespace

std::optional<TrustedProxies::Bytes> TrustedProxies::parse(std::string_view address) {
  const std::string text(address);
  Bytes bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  std::ranges::copy(kMappedIpv4, bytes.begin());
  if (inet_pton(AF_INET, text.c_str(), bytes.data() + kMappedIpv4.size()) == 1) return bytes;
  return std::nullopt;
}

std::string TrustedProxies::text_of(const Bytes& address) {
  const bool is_ipv4 = std::ranges::equal(std::span(address).first(kMappedIpv4.size()), kMappedIpv4);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address.data() + (is_ipv4 ? kMappedIpv4.size() : 0), text.data(),
            static_cast<socklen_t>(text.size()));
  return text.data();
}

Result<TrustedProxies> TrustedProxies::create(const std::vector<std::string>& blocks) {
  TrustedProxies proxies;
  for (const std::string_view block : blocks) {
    const auto slash = block.find('/');
    const auto network = parse(block.substr(0, slash));
    const bool is_ipv4 = !block.contains(':');
    const unsigned longest = is_ipv4 ? 32 : 128;
    unsigned prefix = longest;
    bool is_valid = network.has_value();
    if (slash != std::string_view::npos) {
      const auto digits = block.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
      is_valid = is_valid && error == std::errc() && end == digits.data() + digits.size() && prefix <= longest;
    }
    if (!is_valid) {
      return fail(ErrorCode::InvalidSetting,
                  "server.trusted_proxies: \"" + std::string(block) + "\" is neither an IP address nor a CIDR block");
    }
    proxies.blocks_.push_back({.network = *network, .prefix = prefix + (is_ipv4 ? 96 : 0)});
  }
  return proxies;
}

bool TrustedProxies::contains(const Bytes& address) const {
  return std::ranges::any_of(blocks_,
                             [&](const Block& block) { return same_prefix(address, block.network, block.prefix); });
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto bytes = parse(address);
  return bytes && contains(*bytes);
}

std::string TrustedProxies::client_address(std::string_view peer, const Request& request) const {
  if (!contains(peer)) return std::string(peer);
  std::string client(peer);
  for (const Header& header : request.headers | std::views::reverse) {
    if (!equals_ignoring_case(header.name, "X-Forwarded-For")) continue;
    std::string_view hops = header.value;
    while (!hops.empty()) {
      const auto comma = hops.rfind(',');
      const auto hop = parse(trim(comma == std::string_view::npos ? hops : hops.substr(comma + 1)));
      hops = hops.substr(0, comma == std::string_view::npos ? 0 : comma);
      if (!hop) return client;
      client = text_of(*hop);
      if (!contains(*hop)) return client;
    }
  }
  return client;
}

}  // namespace dwarpal::http
