#include "http/api/bearer.hpp"

#include <gtest/gtest.h>

namespace dwarpal::http {
namespace {

Request with(std::vector<Header> headers, std::string path = "/iam/v1/user/register") {
  Request request;
  request.target_path = std::move(path);
  request.headers = std::move(headers);
  return request;
}

TEST(Bearer, TakesTheSchemeInAnyCaseAndAnySpaces) {
  for (const auto* value : {"Bearer a.b.c", "bearer a.b.c", "BEARER \t a.b.c  ", "  Bearer a.b.c"}) {
    const auto request = with({{"authorization", value}});
    const auto token = bearer_token(request);
    ASSERT_TRUE(token && *token) << value;
    EXPECT_EQ(**token, "a.b.c") << value;
  }
}

TEST(Bearer, TakesABareTokenOfOneWordWithTwoDots) {
  const auto request = with({{"Authorization", " a.b.c "}});
  const auto token = bearer_token(request);
  ASSERT_TRUE(token && *token);
  EXPECT_EQ(**token, "a.b.c");
}

TEST(Bearer, TakesABareTokenWhereClientsSendItAlone) {
  EXPECT_TRUE(bearer_token(with({{"Authorization", "a.b.c"}}, "/cr/v2/entityInfo/AA")));
  for (const auto* path : {"/admin/v1/health", "/auth/realms/sahamati/token", "/iam", "/iamb/v1", "/"}) {
    EXPECT_FALSE(bearer_token(with({{"Authorization", "a.b.c"}}, path))) << path;
    EXPECT_TRUE(bearer_token(with({{"Authorization", "Bearer a.b.c"}}, path))) << path;
  }
}

TEST(Bearer, IsNoneWithoutTheHeader) {
  const auto token = bearer_token(with({}));
  ASSERT_TRUE(token);
  EXPECT_FALSE(*token);
}

TEST(Bearer, RefusesAnythingElse) {
  for (const auto* value : {"", "Bearer", "Bearer ", "Basic YTpi", "abc", "a.b", "a.b.c.d", "Bearer a.b.c d", "a.b.c d",
                            "Bearer Bearer a.b.c"}) {
    const auto token = bearer_token(with({{"Authorization", value}}));
    ASSERT_FALSE(token) << value;
    EXPECT_EQ(token.error().code, ErrorCode::Unauthorized) << value;
  }
}

TEST(Bearer, RefusesTwoHeaders) {
  const auto token = bearer_token(with({{"Authorization", "Bearer a.b.c"}, {"authorization", "Bearer a.b.c"}}));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::Unauthorized);
}

}  // namespace
}  // namespace dwarpal::http
