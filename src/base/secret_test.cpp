#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace dwarpal {
namespace {

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);

TEST(Secret, EmptiesTheTextThatItTakesOver) {
  std::string text = "short";
  const Secret secret(std::move(text));
  EXPECT_EQ(secret.expose(), "short");
  EXPECT_TRUE(text.empty());  // NOLINT(bugprone-use-after-move): the emptiness is the promise
}

TEST(Secret, LeavesNothingBehindInAShortTextThatItMovedFrom) {
  Secret first(std::string("abc"));
  const char* held = first.expose().data();
  const Secret second(std::move(first));
  EXPECT_EQ(second.expose(), "abc");
  EXPECT_EQ(held[0], '\0');
  EXPECT_EQ(held[2], '\0');
}

TEST(Secret, WipesALongTextUpToItsCapacity) {
  std::string text(100, 'x');
  text.resize(3);
  wipe(text);
  EXPECT_TRUE(text.empty());
  // NOLINTNEXTLINE(readability-simplify-subscript-expr): text[50] lies beyond the size, and is checked.
  EXPECT_EQ(text.data()[50], '\0');
}

}  // namespace
}  // namespace dwarpal
