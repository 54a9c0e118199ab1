#include "core/mail/retry_schedule.hpp"

#include <gtest/gtest.h>

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

TEST(RetrySchedule, TriesAgainAfterAMinuteAtFirst) { EXPECT_EQ(delay_after_attempt(1), 1min); }

TEST(RetrySchedule, NeverWaitsLessThanTheTimeBefore) {
  for (int attempt = 2; delay_after_attempt(attempt); ++attempt) {
    EXPECT_GE(*delay_after_attempt(attempt), *delay_after_attempt(attempt - 1));
  }
}

TEST(RetrySchedule, EndsAfterThirteenAttempts) {
  EXPECT_TRUE(delay_after_attempt(12));
  EXPECT_FALSE(delay_after_attempt(13));
  EXPECT_FALSE(delay_after_attempt(14));
}

TEST(RetrySchedule, SpansTwoDaysAndNoMore) {
  Duration total = 0ms;
  for (int attempt = 1; const auto delay = delay_after_attempt(attempt); ++attempt) total += *delay;
  EXPECT_GT(total, 47h);
  EXPECT_LE(total, 48h);
}

TEST(RetrySchedule, HasNoDelayBeforeTheFirstAttempt) { EXPECT_FALSE(delay_after_attempt(0)); }

}  // namespace
}  // namespace dwarpal::core
