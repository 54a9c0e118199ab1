#include "http/server/client_address.hpp"

#include <gtest/gtest.h>

namespace dwarpal::http {
namespace {

std::string client_of(std::vector<std::string> forwarded, std::string_view peer = "10.0.0.1") {
  const auto proxies = TrustedProxies::create({"10.0.0.0/30", "fd00::/8", "192.0.2.7"});
  Request request;
  for (auto& value : forwarded) request.headers.push_back({"x-forwarded-for", std::move(value)});
  return proxies->client_address(peer, request);
}

TEST(TrustedProxies, BelieveNothingFromAPeerThatIsNone) {
  EXPECT_EQ(client_of({"203.0.113.1"}, "10.0.0.4"), "10.0.0.4");
  EXPECT_EQ(client_of({"203.0.113.1"}, "10.0.0.3"), "203.0.113.1");
}

TEST(TrustedProxies, StopAtTheRightMostHopThatIsNotTrusted) {
  EXPECT_EQ(client_of({"198.51.100.1, 203.0.113.1,10.0.0.2"}), "203.0.113.1");
  EXPECT_EQ(client_of({"198.51.100.1", "203.0.113.1", "192.0.2.7 , 10.0.0.2"}), "203.0.113.1");
}

TEST(TrustedProxies, TakeTheLeftMostHopWhenAllAreTrusted) { EXPECT_EQ(client_of({"192.0.2.7, fd00::1"}), "192.0.2.7"); }

TEST(TrustedProxies, StopAtTheHopThatNamedSomethingThatIsNoAddress) {
  EXPECT_EQ(client_of({"203.0.113.1, unknown, 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(client_of({"unknown"}), "10.0.0.1");
  EXPECT_EQ(client_of({""}), "10.0.0.1");
}

TEST(TrustedProxies, WriteAnAddressInItsUsualForm) {
  EXPECT_EQ(client_of({"2001:DB8:0::1"}), "2001:db8::1");
  EXPECT_EQ(client_of({"::ffff:203.0.113.1"}), "203.0.113.1");
}

TEST(TrustedProxies, HoldABlockToItsLastBit) {
  const auto proxies = TrustedProxies::create({"10.1.2.128/25", "0.0.0.0/32", "2001:db8::/33"});
  EXPECT_TRUE(proxies->contains("10.1.2.128"));
  EXPECT_TRUE(proxies->contains("::ffff:10.1.2.255"));
  EXPECT_FALSE(proxies->contains("10.1.2.127"));
  EXPECT_FALSE(proxies->contains("10.1.3.128"));
  EXPECT_TRUE(proxies->contains("0.0.0.0"));
  EXPECT_FALSE(proxies->contains("0.0.0.1"));
  EXPECT_TRUE(proxies->contains("2001:db8:7fff::"));
  EXPECT_FALSE(proxies->contains("2001:db8:8000::"));
}

TEST(TrustedProxies, TakeABlockOfEverything) {
  EXPECT_TRUE(TrustedProxies::create({"0.0.0.0/0"})->contains("203.0.113.1"));
  EXPECT_FALSE(TrustedProxies::create({"0.0.0.0/0"})->contains("2001:db8::1"));
}

TEST(TrustedProxies, RefuseWhatIsNoBlockAndNameTheSetting) {
  EXPECT_TRUE(TrustedProxies::create({"10.0.0.0/32", "::/128"}));
  for (const std::string block : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "::/129"}) {
    const auto proxies = TrustedProxies::create({block});
    ASSERT_FALSE(proxies) << block;
    EXPECT_EQ(proxies.error().code, ErrorCode::InvalidSetting);
    EXPECT_TRUE(proxies.error().message.starts_with("server.trusted_proxies: ")) << proxies.error().message;
  }
}

}  // namespace
}  // namespace dwarpal::http
