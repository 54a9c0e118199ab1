#include "base/json.hpp"

#include <gmock/gmock.h>

namespace dwarpal {
namespace {

TEST(Json, NamesEveryMemberThatStandsTwiceByItsPointer) {
  const auto document = parse_json(R"({"a":1,"b":{"c":1,"c":2},"a":2,"l":[{"x":1},{"x":1,"y/z":2,"x":3,"y/z":1}]})");
  ASSERT_TRUE(document);
  EXPECT_THAT(document->repeated, testing::ElementsAre("/a", "/b/c", "/l/1/x", "/l/1/y~1z"));
  EXPECT_EQ(document->value.at("a").as_int64(), 2);
}

TEST(Json, AcceptsEqualNamesInDifferentObjects) {
  const auto document = parse_json(R"({"a":{"n":1},"b":{"n":1},"l":[{"n":1},{"n":2}]})");
  ASSERT_TRUE(document);
  EXPECT_TRUE(document->repeated.empty());
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const auto* text : {"", "{", "{} x", "{'a':1}", "{\"a\":1,}", "// c\n{}", "{\"a\":\"\xff\"}", "nul", "NaN"}) {
    const auto document = parse_json(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().code, ErrorCode::InvalidInput);
  }
}

TEST(Json, RefusesMoreThanThirtyTwoLevels) {
  EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')));
  EXPECT_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')));
}

TEST(Json, RefusesANumberThatIsTooLargeToBeWrittenBack) {
  EXPECT_TRUE(parse_json("[1e308,-1e308]"));
  EXPECT_FALSE(parse_json("[1e309]"));
  EXPECT_FALSE(parse_json("[-1e400]"));
}

TEST(Json, FindsARepeatedNameBehindAnEscape) {
  const auto document = parse_json(R"({"email":"a","\u0065mail":"b"})");
  ASSERT_TRUE(document);
  EXPECT_THAT(document->repeated, testing::ElementsAre("/email"));
}

TEST(Json, WritesAsciiWithoutTheLettersThatNeedBase64UrlSigns) {
  EXPECT_EQ(ascii_json(boost::json::value{{"n", "a>b?c~d\x7f"}}), R"({"n":"a\u003eb\u003fc\u007ed\u007f"})");
  EXPECT_EQ(ascii_json(boost::json::value{{"n", "\xe0\xa4\xa6 \xf0\x9f\x98\x80"}}), R"({"n":"\u0926 \ud83d\ude00"})");
  EXPECT_EQ(ascii_json(boost::json::value{{"n", "plain\n\"x\""}}), R"({"n":"plain\n\"x\""})");
}

TEST(AsciiJson, OfATextIsThatOfItsValue) {
  for (const std::string_view text : {"", "plain text", "a\"b", "a\\b", "a>b?c~d\x7f", "\n\x01", "\xe0\xa4\xa6"}) {
    EXPECT_EQ(json_string(text), ascii_json(boost::json::value(text)));
  }
}

}  // namespace
}  // namespace dwarpal
