#include "core/decision_clock.hpp"

#include <gtest/gtest.h>

#include "core/network_store.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

class DecisionClockTest : public testing::Test {
 protected:
  void commit() {
    ASSERT_TRUE(test_.store().write(
        [](Transaction& transaction) { return transaction.network().set_profile(Profile::Sandbox); }));
  }

  test::TestStore test_;
  DecisionClock decision_clock_{test_.clock(), test_.store()};
};

TEST_F(DecisionClockTest, IsTheMachinesClockWhileThatGoesForward) {
  commit();
  test_.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(*decision_clock_.now(), test_.clock().now());
}

TEST_F(DecisionClockTest, IsTheNewestCommitWhileTheMachineIsUpToAMinuteBehind) {
  commit();
  const auto committed = test_.clock().now();
  test_.clock().set(committed - std::chrono::seconds(60));
  EXPECT_EQ(*decision_clock_.now(), committed);
}

TEST_F(DecisionClockTest, DoesNotExistWhenTheMachineIsFurtherBehind) {
  commit();
  test_.clock().set(test_.clock().now() - std::chrono::milliseconds(60'001));
  const auto now = decision_clock_.now();
  ASSERT_FALSE(now);
  EXPECT_EQ(now.error().code, ErrorCode::Unavailable);
}

TEST_F(DecisionClockTest, IsTheMachinesAgainOnceAnOperatorAcceptsIt) {
  commit();
  test_.clock().set(test_.clock().now() - std::chrono::hours(2));
  ASSERT_TRUE(test_.store().write(
      [&](Transaction& transaction) { return transaction.network().accept_clock(test_.clock().now()); }));
  EXPECT_EQ(*decision_clock_.now(), test_.clock().now());
}

}  // namespace
}  // namespace dwarpal::core
