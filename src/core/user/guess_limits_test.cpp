#include "core/user/guess_limits.hpp"

#include <gtest/gtest.h>

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

constexpr auto kStart = Instant(1'767'225'600s);

void fail_times(GuessLimits& limits, std::string_view key, int times, Instant now = kStart) {
  for (int i = 0; i < times; ++i) limits.failed(key, now);
}

TEST(GuessLimits, LetFreeFailuresPassAndDelayAfterTheNext) {
  GuessLimits limits({.free_failures = 9});
  fail_times(limits, "asha", 9);
  EXPECT_EQ(limits.wait_for("asha", kStart), std::nullopt);
  limits.failed("asha", kStart);
  EXPECT_EQ(limits.wait_for("asha", kStart), 1s);
}

TEST(GuessLimits, TellWithAFailureHowLongToWait) {
  GuessLimits limits({.free_failures = 1});
  EXPECT_EQ(limits.failed("asha", kStart), std::nullopt);
  EXPECT_EQ(limits.failed("asha", kStart), 1s);
  EXPECT_EQ(limits.failed("asha", kStart), 2s);
}

TEST(GuessLimits, TakeAnIpv6ClientByItsWhole64AndOthersByTheirAddress) {
  EXPECT_EQ(guesser_at("2001:db8:1:2::1"), guesser_at("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(guesser_at("2001:db8:1:2::1"), guesser_at("2001:db8:1:3::1"));
  EXPECT_NE(guesser_at("203.0.113.7"), guesser_at("203.0.113.8"));
  EXPECT_NE(guesser_at("::ffff:203.0.113.7"), guesser_at("::ffff:203.0.113.8"));
  EXPECT_EQ(guesser_at(""), "");
}

TEST(GuessLimits, DoubleTheDelayUpToTheLongest) {
  GuessLimits limits({.free_failures = 0, .first_delay = 1s, .longest_delay = 5s});
  for (const auto expected : {1s, 2s, 4s, 5s, 5s}) {
    limits.failed("asha", kStart);
    EXPECT_EQ(limits.wait_for("asha", kStart), expected);
  }
  fail_times(limits, "asha", 1000);
  EXPECT_EQ(limits.wait_for("asha", kStart), 5s);
}

TEST(GuessLimits, EndTheDelayAtItsVeryInstantAndRoundItUpBefore) {
  GuessLimits limits({.free_failures = 0, .first_delay = 2s});
  limits.failed("asha", kStart);
  EXPECT_EQ(limits.wait_for("asha", kStart + 1ms), 2s);
  EXPECT_EQ(limits.wait_for("asha", kStart + 1000ms), 1s);
  EXPECT_EQ(limits.wait_for("asha", kStart + 1999ms), 1s);
  EXPECT_EQ(limits.wait_for("asha", kStart + 2000ms), std::nullopt);
}

TEST(GuessLimits, ForgetAKeyThatSucceeded) {
  GuessLimits limits({.free_failures = 1});
  fail_times(limits, "asha", 2);
  limits.succeeded("asha");
  EXPECT_EQ(limits.wait_for("asha", kStart), std::nullopt);
  limits.failed("asha", kStart);
  EXPECT_EQ(limits.wait_for("asha", kStart), std::nullopt);
}

TEST(GuessLimits, CountKeysApart) {
  GuessLimits limits({.free_failures = 0});
  limits.failed("asha", kStart);
  limits.succeeded("ravi");
  EXPECT_EQ(limits.wait_for("ravi", kStart), std::nullopt);
  EXPECT_EQ(limits.wait_for("asha", kStart), 1s);
}

TEST(GuessLimits, CountAnewADayAfterTheLastFailure) {
  GuessLimits limits({.free_failures = 2});
  fail_times(limits, "within", 2);
  limits.failed("within", kStart + 24h - 1ms);
  EXPECT_EQ(limits.wait_for("within", kStart + 24h - 1ms), 1s);

  fail_times(limits, "after", 2);
  limits.failed("after", kStart + 24h);
  EXPECT_EQ(limits.wait_for("after", kStart + 24h), std::nullopt);
}

TEST(GuessLimits, KeepTheKeysThatFailedLast) {
  GuessLimits limits({.free_failures = 0, .capacity = 2});
  limits.failed("first", kStart);
  limits.failed("second", kStart);
  limits.failed("first", kStart);
  limits.failed("third", kStart);  // takes the place of "second"
  EXPECT_EQ(limits.wait_for("second", kStart), std::nullopt);
  EXPECT_EQ(limits.wait_for("first", kStart), 2s);
  EXPECT_EQ(limits.wait_for("third", kStart), 1s);
}

}  // namespace
}  // namespace dwarpal::core
