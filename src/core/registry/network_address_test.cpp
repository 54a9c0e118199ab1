#include "core/registry/network_address.hpp"

#include <gtest/gtest.h>

namespace dwarpal::core {

namespace {

TEST(NetworkAddress, TakesAnAbsoluteHttpsUrl) {
  for (const auto* url : {"https://fip.example", "https://fip.example/aa/v2", "HTTPS://fip.example:8443/a,b?c=d",
                          "https://203.0.113.7/", "https://[2001:db8::1]:443/"}) {
    EXPECT_TRUE(is_base_url(url, UrlSchemes::Https)) << url;
  }
}

TEST(NetworkAddress, RefusesWhatIsNoAbsoluteHttpsUrl) {
  for (const auto* url :
       {"", "fip.example", "/aa/v2", "//fip.example/aa", "https:", "https:///aa", "https://", "ftp://fip.example",
        "http://fip.example", "https://fip.example/#part", "https://fip.example/a b", " https://fip.example",
        "javascript:alert(1)", "https://fip.example:port/", "https://fip.example:65536/"}) {
    EXPECT_FALSE(is_base_url(url, UrlSchemes::Https)) << url;
  }
}

TEST(NetworkAddress, TakesHttpOnlyWhereToldTo) {
  EXPECT_TRUE(is_base_url("http://127.0.0.1:8081/fip", UrlSchemes::HttpAndHttps));
  EXPECT_TRUE(is_base_url("v1:http://fip.example", UrlSchemes::HttpAndHttps));
  EXPECT_FALSE(is_base_url("v1:http://fip.example", UrlSchemes::Https));
  EXPECT_FALSE(is_base_url("ftp://fip.example", UrlSchemes::HttpAndHttps));
}

TEST(NetworkAddress, TakesAListOfUrlsByVersion) {
  EXPECT_TRUE(is_base_url("v1:https://fip.example/v1,v2:https://fip.example/v2", UrlSchemes::Https));
  EXPECT_TRUE(is_base_url("v1:https://fip.example/v1, v2:https://fip.example/v2", UrlSchemes::Https));
  EXPECT_TRUE(is_base_url("v2:https://fip.example/v2", UrlSchemes::Https));
}

TEST(NetworkAddress, RefusesAListInWhichAnEntryIsNone) {
  for (const auto* list :
       {"v1:", "v1:https://fip.example,", "v1:https://fip.example,https://fip.example", "v3:https://fip.example",
        "v1:https://fip.example,v2:fip.example", "https://fip.example,v2:https://fip.example", ",v1:https://a.example",
        "v1:https://fip.example,v2:http://fip.example"}) {
    EXPECT_FALSE(is_base_url(list, UrlSchemes::Https)) << list;
  }
}

TEST(NetworkAddress, TakesPortsFrom1To65535) {
  for (const auto* port : {"1", "443", "65535"}) EXPECT_TRUE(is_port(port)) << port;
  for (const auto* port : {"", "0", "65536", "-1", "+1", "0443", "443 ", "https", "1-2", "4294967297", "99999999999"}) {
    EXPECT_FALSE(is_port(port)) << port;
  }
}

TEST(NetworkAddress, TakesAddressesOfBothFamilies) {
  for (const auto* address : {"203.0.113.7", "0.0.0.0", "2001:db8::1", "::", "::ffff:203.0.113.7"}) {
    EXPECT_TRUE(is_address_or_block(address)) << address;
  }
  for (const auto* address : {"", "203.0.113", "203.0.113.256", "203.0.113.7.1", "203.0.113.07x", "fip.example",
                              "2001:db8::1::2", "2001:db8:g::", "fe80::1%eth0", "[::1]", " 203.0.113.7"}) {
    EXPECT_FALSE(is_address_or_block(address)) << address;
  }
}

TEST(NetworkAddress, TakesBlocksUpToTheLengthOfTheAddress) {
  for (const auto* block : {"203.0.113.0/24", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::/32", "::/0", "::1/128"}) {
    EXPECT_TRUE(is_address_or_block(block)) << block;
  }
  for (const auto* block : {"203.0.113.0/33", "2001:db8::/129", "203.0.113.0/", "203.0.113.0/-1", "203.0.113.0/024",
                            "/24", "203.0.113.0/24/1"}) {
    EXPECT_FALSE(is_address_or_block(block)) << block;
  }
}

}  // namespace

}  // namespace dwarpal::core
