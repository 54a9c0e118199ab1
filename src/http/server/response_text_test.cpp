#include "http/server/response_text.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace dwarpal::http {
namespace {

using namespace std::string_literals;

TEST(ResponseText, HasTheAnswersHeadersAndTheServers) {
  std::string text = "what was there before";
  const Response response{.status = 404, .content_type = "text/plain", .body = "no", .headers = {{"Allow", "GET"}}};
  ASSERT_TRUE(render(response, {.request_id = "id", .date = "now", .close = true}, text));
  EXPECT_EQ(text,
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
            "X-Request-Id: id\r\nConnection: close\r\nAllow: GET\r\n\r\nno");
}

TEST(ResponseText, HasNoBodyInTheAnswerToAHead) {
  std::string text;
  ASSERT_TRUE(render({.body = "body"}, {.request_id = "id", .date = "now", .is_head = true}, text));
  EXPECT_TRUE(text.contains("Content-Length: 4\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseText, LeavesASharedBodyToBeSentAfterIt) {
  const auto shared = std::make_shared<const std::string>("shared by many");
  const Response response{.shared_body = shared};
  const ResponseFrame frame{.request_id = "id", .date = "now"};
  std::string text;
  ASSERT_TRUE(render(response, frame, text));
  EXPECT_TRUE(text.contains("Content-Length: 14\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  EXPECT_EQ(content_of(response, frame).data(), shared->data());
  EXPECT_EQ(content_of(response, {.request_id = "id", .date = "now", .is_head = true}), "");
  EXPECT_EQ(content_of({.status = 304, .shared_body = shared}, frame), "");
}

TEST(ResponseText, RefusesAHeaderThatCouldEndItsLineOrThatTheServerWritesItself) {
  EXPECT_TRUE(is_sendable({"X-Name", "a value: \"with\", marks\t"}));
  for (const auto& value : {"a\r"s, "a\nb"s, "a\0b"s}) EXPECT_FALSE(is_sendable({"X-Name", value}));
  for (const auto& name : {""s, "X Name"s, "X:"s, "X\r\n"s, "N\xc3\xa4me"s}) EXPECT_FALSE(is_sendable({name, "a"}));
  EXPECT_FALSE(is_sendable({"content-length", "1"}));
  std::string text;
  EXPECT_FALSE(render({.content_type = "text/plain\r\nX: y"}, {}, text));
}

}  // namespace
}  // namespace dwarpal::http
