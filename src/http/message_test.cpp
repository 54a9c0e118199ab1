#include "http/message.hpp"

#include <gtest/gtest.h>

namespace dwarpal::http {
namespace {

TEST(Request, FindsTheFirstHeaderOfANameWhateverItsCase) {
  const Request request{.headers = {{"Host", "a"}, {"x-two", "1"}, {"X-Two", "2"}}};
  EXPECT_EQ(request.header("X-TWO"), "1");
  EXPECT_EQ(request.header_count("x-tWo"), 2U);
  EXPECT_EQ(request.header("absent"), std::nullopt);
  EXPECT_EQ(request.header_count("absent"), 0U);
}

TEST(MethodFromName, KnowsMethodsByTheirExactSpellingOnly) {
  EXPECT_EQ(method_from_name("GET"), Method::Get);
  EXPECT_EQ(method_from_name("DELETE"), Method::Delete);
  EXPECT_EQ(method_from_name("get"), Method::Other);
  EXPECT_EQ(method_from_name("BREW"), Method::Other);
}

TEST(MediaType, IsLowerCaseAndWithoutParameters) {
  EXPECT_EQ(media_type("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(media_type(" text/plain "), "text/plain");
  EXPECT_EQ(media_type(""), "");
}

}  // namespace
}  // namespace dwarpal::http
