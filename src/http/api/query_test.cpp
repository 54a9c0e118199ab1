#include "http/api/query.hpp"

#include <gtest/gtest.h>

#include <array>

namespace dwarpal::http {
namespace {

TEST(Query, GivesWhatStandsInItDecoded) {
  const auto query = Query::parse("q=a+b%26c&empty=");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->text("q").value(), "a b&c");
  EXPECT_EQ(query->text("empty").value(), "");
  EXPECT_EQ(query->text("missing").value(), "");
  EXPECT_FALSE(Query::parse("q=%zz"));
}

TEST(Query, LimitsListsToAThousand) {
  const auto limit = [](std::string_view text) { return Query::parse(text)->limit(); };
  EXPECT_EQ(limit("").value(), 100U);
  EXPECT_EQ(limit("limit=1").value(), 1U);
  EXPECT_EQ(limit("limit=1000").value(), 1000U);
  for (const auto* bad : {"limit=0", "limit=1001", "limit=-1", "limit=1x", "limit=x", "limit=1&limit=1"}) {
    const auto refused = limit(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidInput);
    EXPECT_TRUE(refused.error().message.starts_with("limit ")) << refused.error().message;
  }
}

TEST(Query, ReadsTrueAndFalse) {
  const auto boolean = [](std::string_view text) { return Query::parse(text)->boolean("b"); };
  EXPECT_EQ(boolean("b=true").value(), true);
  EXPECT_EQ(boolean("b=false").value(), false);
  EXPECT_EQ(boolean("").value(), std::nullopt);
  EXPECT_FALSE(boolean("b=1"));
}

TEST(Query, ReadsATimeRangeThatBeginsBeforeItEnds) {
  const auto range = [](std::string_view text) { return Query::parse(text)->time_range(); };
  EXPECT_EQ(range("since=5&until=6")->since, instant_from_milliseconds(5));
  EXPECT_EQ(range("since=5&until=6")->until, instant_from_milliseconds(6));
  EXPECT_EQ(range("since=5")->until, std::nullopt);
  EXPECT_EQ(range("until=0")->since, std::nullopt);
  for (const auto* bad : {"until=5&since=5", "until=5&since=6", "until=2026-01-01", "until=-1", "until=1&until=2"}) {
    const auto refused = range(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_TRUE(refused.error().message.starts_with("until ")) << refused.error().message;
  }
  EXPECT_TRUE(range("since=yesterday").error().message.starts_with("since "));
}

TEST(Query, NamesAParameterThatNobodyKnows) {
  constexpr std::array<std::string_view, 2> kKnown{"a", "b"};
  EXPECT_TRUE(Query::parse("a=1&b=2")->refuse_others_than(kKnown));
  EXPECT_TRUE(Query::parse("")->refuse_others_than(kKnown));
  const auto refused = Query::parse("a=1&colour=2")->refuse_others_than(kKnown);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "This call has no parameter colour");
  const auto strange = Query::parse("%01=2")->refuse_others_than(kKnown);
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().message, "This call has no parameter of that name");
}

}  // namespace
}  // namespace dwarpal::http
