#include "http/server/worker_pool.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>

namespace dwarpal::http {
namespace {

TEST(WorkerPool, TakesWhatItCanRunAndQueueAndRefusesOneMore) {
  std::latch may_end(1);
  std::atomic<int> done = 0;
  {
    WorkerPool pool("test", {.threads = 2, .queue = 3});
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(pool.try_post([&] {
        may_end.wait();
        ++done;
      }));
    }
    EXPECT_FALSE(pool.try_post([&] { ++done; }));
    may_end.count_down();
  }
  EXPECT_EQ(done, 5) << "its end waits for what was taken";
}

TEST(WorkerPool, LeavesRoomForOthersWhenOneClientFloodsIt) {
  std::latch may_end(1);
  WorkerPool pool("test", {.threads = 1, .queue = 7});
  const auto post = [&](std::string client) { return pool.try_post([&] { may_end.wait(); }, std::move(client)); };
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(post("192.0.2.1"));
  EXPECT_FALSE(post("192.0.2.1")) << "it holds half of the room";
  EXPECT_TRUE(post("192.0.2.2"));
  EXPECT_TRUE(post("192.0.2.2"));
  EXPECT_FALSE(post("192.0.2.2")) << "it holds as much as is left";
  EXPECT_TRUE(post("192.0.2.3"));
  EXPECT_TRUE(post(""));
  EXPECT_FALSE(post("192.0.2.4")) << "there is no room at all";
  may_end.count_down();
}

TEST(WorkerPool, AClientHasItsRoomAgainWhenItsTasksAreDone) {
  WorkerPool pool("test", {.threads = 1, .queue = 1});
  for (int i = 0; i < 5; ++i) {
    std::latch done(1);
    while (!pool.try_post([&] { done.count_down(); }, "192.0.2.1")) std::this_thread::yield();
    done.wait();
  }
}

TEST(WorkerPool, HasRoomAgainWhenATaskIsDone) {
  WorkerPool pool("test", {.threads = 1, .queue = 0});
  for (int i = 0; i < 3; ++i) {
    std::latch done(1);
    // A task counts until its thread is back for the next, which is a moment after it was done.
    while (!pool.try_post([&] { done.count_down(); })) std::this_thread::yield();
    done.wait();
  }
}

TEST(WorkerPool, LowersThePriorityOfItsOwnThreadsOnly) {
  const int ours = getpriority(PRIO_PROCESS, 0);
  std::atomic<int> priority = -1;
  {
    EXPECT_TRUE(WorkerPool("test", {.nice = 19}).try_post([&] { priority = getpriority(PRIO_PROCESS, 0); }));
  }
  EXPECT_EQ(priority, 19);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), ours);
}

}  // namespace
}  // namespace dwarpal::http
