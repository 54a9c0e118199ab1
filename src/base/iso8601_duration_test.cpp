#include "base/iso8601_duration.hpp"

#include <gtest/gtest.h>

namespace dwarpal {
namespace {

using namespace std::chrono_literals;

TEST(Iso8601Duration, IsReadInEachUnit) {
  EXPECT_EQ(parse_iso8601_duration("P2W"), 14 * 24h);
  EXPECT_EQ(parse_iso8601_duration("P181D"), 181 * 24h);
  EXPECT_EQ(parse_iso8601_duration("PT36H"), 36h);
  EXPECT_EQ(parse_iso8601_duration("PT90M"), 90min);
  EXPECT_EQ(parse_iso8601_duration("PT90S"), 90s);
  EXPECT_EQ(parse_iso8601_duration("P1W2DT3H4M5S"), 9 * 24h + 3h + 4min + 5s);
  EXPECT_EQ(parse_iso8601_duration("P007DT05S"), 7 * 24h + 5s);
  EXPECT_EQ(parse_iso8601_duration("PT0S"), 0s);
  EXPECT_EQ(parse_iso8601_duration("P0D"), 0s);
}

TEST(Iso8601Duration, IsNothingElse) {
  for (const auto* text :
       {"",        "P",      "PT",     "P1DT",  "T1H",    "1D",      "P1",       "PD",     "P1Y",    "P1M",
        "P1Y2M3D", "P1MT1H", "-P1D",   "+P1D",  "P-1D",   "P+1D",    "PT-1S",    "P1.5D",  "PT1.5S", "PT1,5S",
        "p1d",     "P1d",    "P1DT1h", "P1D ",  " P1D",   "P 1D",    "P1D2D",    "P1D1W",  "PT1S1M", "PT1M1H",
        "P1H",     "PT1D",   "PT1W",   "P1DT1", "P1DT1D", "P1D/P2D", "P\u0661D", "PT1HT1M"}) {
    EXPECT_EQ(parse_iso8601_duration(text), std::nullopt) << text;
  }
}

TEST(Iso8601Duration, IsAtMostWhatAnInstantCanCount) {
  EXPECT_TRUE(parse_iso8601_duration("PT9223372036854775S"));
  EXPECT_FALSE(parse_iso8601_duration("PT9223372036854776S"));
  EXPECT_FALSE(parse_iso8601_duration("P1DT9223372036854775S"));
  EXPECT_FALSE(parse_iso8601_duration("P9223372036854775807W"));
  EXPECT_FALSE(parse_iso8601_duration("P99999999999999999999999D"));
}

TEST(Iso8601Duration, IsWrittenWithoutTheUnitsOfWhichThereAreNone) {
  EXPECT_EQ(iso8601_duration(0s), "PT0S");
  EXPECT_EQ(iso8601_duration(999ms), "PT0S");
  EXPECT_EQ(iso8601_duration(14 * 24h), "P14D");
  EXPECT_EQ(iso8601_duration(36h), "P1DT12H");
  EXPECT_EQ(iso8601_duration(90s), "PT1M30S");
  EXPECT_EQ(iso8601_duration(24h + 5s), "P1DT5S");
}

}  // namespace
}  // namespace dwarpal
