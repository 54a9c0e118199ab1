#include "base/instant.hpp"

#include <gtest/gtest.h>

namespace dwarpal {
namespace {

std::string written(std::int64_t milliseconds) { return iso8601(instant_from_milliseconds(milliseconds)); }

TEST(Iso8601, HasMillisecondsAndLeadingZeros) {
  EXPECT_EQ(written(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(written(1'767'323'045'006), "2026-01-02T03:04:05.006Z");
  EXPECT_EQ(written(1'735'689'599'999), "2024-12-31T23:59:59.999Z");
}

TEST(Iso8601, IsRightBefore1970) { EXPECT_EQ(written(-1), "1969-12-31T23:59:59.999Z"); }

TEST(Iso8601, GoesBeyondTheYear9999) { EXPECT_EQ(written(253'402'300'800'000), "10000-01-01T00:00:00.000Z"); }

TEST(Iso8601, CanDoWithoutAZone) {
  EXPECT_EQ(iso8601_without_zone(instant_from_milliseconds(1'733'226'041'466)), "2024-12-03T11:40:41.466");
}

}  // namespace
}  // namespace dwarpal
