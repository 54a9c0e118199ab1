#include "app/environment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace dwarpal::app {
namespace {

TEST(ProcessEnvironment, HoldsTheVariablesOfDwarpalAlone) {
  // NOLINTBEGIN(concurrency-mt-unsafe): no other thread runs
  ::setenv("DWARPAL_EXAMPLE", "a=b", 1);
  ::setenv("XDWARPAL_EXAMPLE", "c", 1);
  const auto environment = process_environment();
  ::unsetenv("DWARPAL_EXAMPLE");
  ::unsetenv("XDWARPAL_EXAMPLE");
  // NOLINTEND(concurrency-mt-unsafe)
  EXPECT_EQ(environment.at("DWARPAL_EXAMPLE"), "a=b");
  EXPECT_FALSE(environment.contains("XDWARPAL_EXAMPLE"));
  EXPECT_FALSE(environment.contains("PATH"));
}

}  // namespace
}  // namespace dwarpal::app
