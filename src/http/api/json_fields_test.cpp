#include "http/api/json_fields.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace dwarpal::http {
namespace {

JsonFields fields(std::string_view body) {
  auto parsed = JsonFields::parse(body);
  EXPECT_TRUE(parsed) << body;
  return std::move(*parsed);
}

TEST(JsonFields, TakesAnObjectOnly) {
  for (const auto* body : {"", "[]", "\"x\"", "1", "null", "{", "username=a&password=b"}) {
    EXPECT_FALSE(JsonFields::parse(body)) << body;
  }
  EXPECT_TRUE(JsonFields::parse("{}"));
}

TEST(JsonFields, CountsNullAsAbsent) { EXPECT_EQ(*fields(R"({"a":null})").text("a"), ""); }

TEST(JsonFields, ReadsTheOlderSpellingAndRefusesTwoThatDiffer) {
  EXPECT_EQ(*fields(R"({"entityid":"x"})").text("entityId", "entityid"), "x");
  EXPECT_EQ(*fields(R"({"entityid":"x","entityId":"x"})").text("entityId", "entityid"), "x");
  EXPECT_EQ(*fields(R"({"entityid":"x","entityId":null})").text("entityId", "entityid"), "x");
  EXPECT_FALSE(fields(R"({"entityid":"x","entityId":"y"})").text("entityId", "entityid"));
}

TEST(JsonFields, RefusesARepeatedNameOnlyWhenItIsRead) {
  const auto read = fields(R"({"a":"1","a":"1","b":"2"})");
  EXPECT_EQ(*read.text("b"), "2");
  const auto repeated = read.text("a");
  ASSERT_FALSE(repeated);
  EXPECT_EQ(repeated.error().message, "a stands twice in the request");
}

TEST(JsonFields, RefusesARepeatedNameInsideAnObject) {
  const auto inner = fields(R"({"user":{"email":"a","email":"b"},"email":"c"})").object("user");
  ASSERT_TRUE(inner && *inner);
  EXPECT_FALSE((*inner)->text("email"));
  EXPECT_EQ((*inner)->first_repeated(), "email");
}

TEST(JsonFields, NamesTheFieldOfAWrongType) {
  for (const auto* body : {R"({"a":1})", R"({"a":{}})", R"({"a":[]})", R"({"a":true})", R"({"a":"x\u0000"})"}) {
    const auto text = fields(body).text("a");
    ASSERT_FALSE(text) << body;
    EXPECT_TRUE(text.error().message.starts_with("a ")) << body;
    EXPECT_EQ(text.error().code, ErrorCode::InvalidInput);
  }
}

TEST(JsonFields, LimitsShortTexts) {
  EXPECT_TRUE(fields(R"({"a":"12345"})").short_text("a", {}, 5));
  EXPECT_FALSE(fields(R"({"a":"123456"})").short_text("a", {}, 5));
  EXPECT_FALSE(fields(R"({"a":"1\n2"})").short_text("a", {}, 5));
}

TEST(JsonFields, ReadsWholeNumbersFromOneOn) {
  constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(fields(R"({})").positive_number("n")->has_value(), false);
  EXPECT_EQ(**fields(R"({"n":1})").positive_number("n"), 1);
  EXPECT_EQ(**fields(R"({"n":"030"})").positive_number("n"), 30);
  EXPECT_EQ(**fields(R"({"n":"99999999999999999999"})").positive_number("n"), kLargest);
  EXPECT_EQ(**fields(R"({"n":18446744073709551615})").positive_number("n"), kLargest);
  EXPECT_EQ(**fields(R"({"n":1e2})").positive_number("n"), 100);
  EXPECT_EQ(**fields(R"({"n":9223372036854774784.0})").positive_number("n"), 9'223'372'036'854'774'784);
  for (const auto* body : {R"({"n":99999999999999999999})", R"({"n":18446744073709551616})", R"({"n":1e30})"}) {
    EXPECT_EQ(**fields(body).positive_number("n"), kLargest) << body;
  }
  for (const auto* body : {R"({"n":0})", R"({"n":-1})", R"({"n":1.5})", R"({"n":0.5})", R"({"n":-1e30})",
                           R"({"n":"0"})", R"({"n":""})", R"({"n":"-5"})", R"({"n":"+5"})", R"({"n":"5 "})",
                           R"({"n":"x"})", R"({"n":true})", R"({"n":[1]})", R"({"n":"1e30"})"}) {
    EXPECT_FALSE(fields(body).positive_number("n")) << body;
  }
}

TEST(JsonFields, ReadsTruthValuesOnly) {
  EXPECT_TRUE(**fields(R"({"b":true})").boolean("b"));
  EXPECT_FALSE(fields(R"({"b":"true"})").boolean("b"));
  EXPECT_FALSE(fields(R"({"b":1})").boolean("b"));
}

}  // namespace
}  // namespace dwarpal::http
