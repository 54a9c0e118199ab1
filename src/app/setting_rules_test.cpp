#include "app/setting_rules.hpp"

#include <gtest/gtest.h>

namespace dwarpal::app {
namespace {

TEST(Realm, IsOneSafePathSegment) {
  for (const std::string& realm :
       {std::string("sahamati"), std::string("A-z_0.9"), std::string("..."), std::string(64, 'a')})
    EXPECT_TRUE(is_realm(realm)) << realm;
  for (const std::string& realm : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                                   std::string("a b"), std::string("a%20b"), std::string("é"), std::string(65, 'a')})
    EXPECT_FALSE(is_realm(realm)) << realm;
}

TEST(BaseUrl, IsAbsoluteAndTakesAPathBehindIt) {
  for (const auto* url : {"http://127.0.0.1:8080", "https://api.network.test", "https://[::1]:8443",
                          "https://api.test/iam", "http://localhost:1", "https://api.test:65535"})
    EXPECT_TRUE(is_base_url(url)) << url;
  for (const auto* url : {"",
                          "api.network.test",
                          "/iam",
                          "//api.test",
                          "ftp://api.test",
                          "HTTPS://api.test",
                          "https://",
                          "https:///path",
                          "https://api.test/",
                          "https://api.test/iam/",
                          "https://api.test?x=1",
                          "https://api.test?",
                          "https://api.test#top",
                          "https://api.test#",
                          "https://me@api.test",
                          "https://me:secret@api.test",
                          "https://api.test:",
                          "https://api.test:0",
                          "https://api.test:65536",
                          "https://api .test",
                          "https://api.test\n",
                          "https:api.test"})
    EXPECT_FALSE(is_base_url(url)) << url;
}

TEST(Scope, IsNamesWithOneSpaceBetween) {
  EXPECT_TRUE(is_scope("openid"));
  EXPECT_TRUE(is_scope("openid email profile"));
  for (const auto* scope : {"", " ", " openid", "openid ", "openid  email", "open\"id", "open\\id", "open\tid", "é"})
    EXPECT_FALSE(is_scope(scope)) << scope;
}

TEST(ListenAddress, HasAHostAndAPort) {
  const auto is = [](const char* text, const std::string& host, int port) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
    EXPECT_EQ(to_string(*address), text);
  };
  is("127.0.0.1:8080", "127.0.0.1", 8080);
  is("localhost:0", "localhost", 0);
  is("[::1]:8080", "::1", 8080);
  is("[::]:65535", "::", 65535);
}

TEST(ListenAddress, IsNotGuessedAt) {
  for (const auto* text : {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:80a", "127.0.0.1: 80", "::1:8080", "[::1]", "[::1]8080", "[]:8080",
                           "[127.0.0.1]:8080", "[::1:8080", "::1]:8080", "a b:80", "http://127.0.0.1:8080"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

}  // namespace
}  // namespace dwarpal::app
