#include "app/environment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace dwarpal::app {
namespace {

TEST(ProcessEnvironment, HoldsTheVariablesOfDwarpalAlone) {
  ::setenv("DWARPAL_EXAMPLE", "a=b", 1);
  ::setenv("XDWARPAL_EXAMPLE", "c", 1);
  const auto environment = process_environment();
  ::unsetenv("DWARPAL_EXAMPLE");
  ::unsetenv("XDWARPAL_EXAMPLE");
  EXPECT_EQ(environment.at("DWARPAL_EXAMPLE"), "a=b");
  EXPECT_FALSE(environment.contains("XDWARPAL_EXAMPLE"));
  EXPECT_FALSE(environment.contains("PATH"));
}

}  // namespace
}  // namespace dwarpal::app
