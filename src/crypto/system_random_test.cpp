#include "crypto/system_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <thread>
#include <vector>

namespace dwarpal::crypto {
namespace {

using Block = std::array<std::byte, 16>;

std::set<Block> draw(SystemRandom& random, int count) {
  std::set<Block> blocks;
  for (int i = 0; i < count; ++i) {
    Block block{};
    random.fill(block);
    blocks.insert(block);
  }
  return blocks;
}

TEST(SystemRandom, NeverServesTheSameBytesTwiceAcrossRefillsOfItsBuffer) {
  SystemRandom random;
  EXPECT_EQ(draw(random, 1000).size(), 1000U);
}

TEST(SystemRandom, FillsEverySizeAroundItsBuffer) {
  SystemRandom random;
  for (const std::size_t size : {0U, 1U, 15U, 1023U, 1024U, 1025U, 5000U}) {
    std::vector<std::byte> bytes(size);
    random.fill(bytes);
    // 64 zero bytes in a row would mean that a part was left as it was.
    EXPECT_EQ(std::ranges::search_n(bytes, 64, std::byte{0}).size(), 0U) << size;
  }
}

TEST(SystemRandom, ServesThreadsDifferentBytes) {
  SystemRandom random;
  std::set<Block> first;
  std::set<Block> second;
  std::thread one([&] { first = draw(random, 500); });
  std::thread other([&] { second = draw(random, 500); });
  one.join();
  other.join();
  first.merge(second);
  EXPECT_EQ(first.size(), 1000U);
}

}  // namespace
}  // namespace dwarpal::crypto
