// Who a request comes from, when proxies stand in between.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// The proxies whose `X-Forwarded-For` is believed. Immutable.
class TrustedProxies {
 public:
  /// Each text is an address or a CIDR block; InvalidSetting names `server.trusted_proxies`.
  [[nodiscard]] static Result<TrustedProxies> create(const std::vector<std::string>& blocks);

  [[nodiscard]] bool contains(std::string_view address) const;

  /// `peer` unless that is trusted; then the right-most address of `X-Forwarded-For` that is not. What
  /// stands further left is hearsay. A hop that is no address ends the walk at the one that named it.
  [[nodiscard]] std::string client_address(std::string_view peer, const Request& request) const;

 private:
  /// IPv6, or IPv4 as ::ffff:a.b.c.d.
  using Bytes = std::array<std::uint8_t, 16>;
  struct Block {
    Bytes network;
    unsigned prefix;
  };

  static std::optional<Bytes> parse(std::string_view address);
  static std::string text_of(const Bytes& address);
  [[nodiscard]] bool contains(const Bytes& address) const;

  std::vector<Block> blocks_;
};

}  // namespace dwarpal::http
