#include "app/similar_name.hpp"

#include <gtest/gtest.h>

namespace dwarpal::app {
namespace {

TEST(SimilarName, IsTheNearestOfThoseThatAreNear) {
  const std::vector<std::string> names = {"server.listen", "server.loops", "log.level"};
  EXPECT_EQ(most_similar("server.lisen", names), "server.listen");
  EXPECT_EQ(most_similar("Server.listn", names), "server.listen");
  EXPECT_EQ(most_similar("server.loop", names), "server.loops");
  EXPECT_EQ(most_similar("log.levelled", names), "log.level");
}

TEST(SimilarName, IsNoneWhenAllAreFar) {
  const std::vector<std::string> names = {"log.level"};
  EXPECT_EQ(most_similar("log.levelxxx", names), "log.level");
  EXPECT_EQ(most_similar("log.levelxxxx", names), std::nullopt);
  EXPECT_EQ(most_similar("", names), std::nullopt);
  EXPECT_EQ(most_similar("log.level", {}), std::nullopt);
}

}  // namespace
}  // namespace dwarpal::app
