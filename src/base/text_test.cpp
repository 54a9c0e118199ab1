#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/instant.hpp"

namespace dwarpal {
namespace {

TEST(Text, LowersAsciiLettersOnly) { EXPECT_EQ(to_lower("AbZ-\xc3\x84"), "abz-\xc3\x84"); }

TEST(Text, TrimsSpacesAndTabs) {
  EXPECT_EQ(trim(" \t a b \t"), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("Bearer", "bEARER"));
  EXPECT_FALSE(equals_ignoring_case("Bearer", "Beare"));
}

TEST(Text, TellsValidUtf8) {
  EXPECT_TRUE(is_valid_utf8("a\xe0\xa4\xa6"));
  EXPECT_FALSE(is_valid_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));
}

TEST(Instant, IsWrittenAsTheWireWantsIt) {
  const auto instant = instant_from_milliseconds(1733226041466);
  EXPECT_EQ(iso8601(instant), "2024-12-03T11:40:41.466Z");
  EXPECT_EQ(iso8601_without_zone(instant), "2024-12-03T11:40:41.466");
  EXPECT_EQ(unix_seconds(instant), 1733226041);
}

}  // namespace
}  // namespace dwarpal
