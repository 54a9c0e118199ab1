#include "base/parse_instant.hpp"

#include <gtest/gtest.h>

namespace dwarpal {
namespace {

TEST(ParseIso8601, TakesWhatIsWritten) {
  for (const std::int64_t milliseconds : {std::int64_t{0}, std::int64_t{1'721'129'613'509}, std::int64_t{-1}}) {
    const auto instant = instant_from_milliseconds(milliseconds);
    EXPECT_EQ(parse_iso8601(iso8601(instant)), instant);
  }
}

TEST(ParseIso8601, TakesWholeSecondsAndDays) {
  EXPECT_EQ(parse_iso8601("2024-02-29T23:59:59Z"), instant_from_milliseconds(1'709'251'199'000));
  EXPECT_EQ(parse_iso8601("2024-02-29"), instant_from_milliseconds(1'709'164'800'000));
}

TEST(ParseIso8601, RefusesWhatIsNoInstant) {
  for (const auto* text :
       {"", "2024", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-1-01", "2024-01-01 ",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+05:30", "2024-01-01T00:00:00.1Z", "2024-01-01t00:00:00Z", "-024-01-01", "२०२४-01-01"}) {
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
  }
}

TEST(ParseUnixMilliseconds, TakesDigitsUpToTheYear9999) {
  EXPECT_EQ(parse_unix_milliseconds("0"), instant_from_milliseconds(0));
  EXPECT_EQ(parse_unix_milliseconds("1721129613509"), parse_iso8601("2024-07-16T11:33:33.509Z"));
  EXPECT_EQ(parse_unix_milliseconds("253402300799999"), parse_iso8601("9999-12-31T23:59:59.999Z"));
  for (const auto* text :
       {"", "-1", "+1", "1.5", "1 ", " 1", "0x1", "now", "2024-07-16", "253402300800000", "9223372036854775808", "१"}) {
    EXPECT_EQ(parse_unix_milliseconds(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace dwarpal
