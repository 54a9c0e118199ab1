#include "storage/lock_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "support/temporary_directory.hpp"

namespace dwarpal::storage {

namespace {

class DirectoryLockTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path data() const { return directory_.path() / "network" / "data"; }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(DirectoryLockTest, MakesAPrivateDirectory) {
  ASSERT_TRUE(DirectoryLock::acquire(data()));
  struct stat status{};
  ASSERT_EQ(::stat(data().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(DirectoryLockTest, RefusesASecondHolderNamingTheFirst) {
  const auto first = DirectoryLock::acquire(data());
  ASSERT_TRUE(first);
  const auto second = DirectoryLock::acquire(data());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::InUse);
  EXPECT_NE(second.error().message.find(data().string()), std::string::npos);
  EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())), std::string::npos);
}

TEST_F(DirectoryLockTest, IsFreeAgainWhenItsHolderEnds) {
  {
    ASSERT_TRUE(DirectoryLock::acquire(data()));
  }
  EXPECT_TRUE(DirectoryLock::acquire(data()));
}

TEST_F(DirectoryLockTest, MovesWithItsHolder) {
  auto first = DirectoryLock::acquire(data());
  ASSERT_TRUE(first);
  std::optional<DirectoryLock> second(*std::move(first));
  EXPECT_FALSE(DirectoryLock::acquire(data()));
  second.reset();
  EXPECT_TRUE(DirectoryLock::acquire(data()));
}

TEST_F(DirectoryLockTest, IsFreeAgainWhenItsProcessIsKilled) {
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto lock = DirectoryLock::acquire(data());
    (void)::write(ready[1], lock ? "y" : "n", 1);
    for (;;) ::pause();
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const auto refused = DirectoryLock::acquire(data());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("process " + std::to_string(child)), std::string::npos);

  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(DirectoryLock::acquire(data()));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(DirectoryLockTest, SaysThatTheDirectoryCannotBeMade) {
  const auto lock = DirectoryLock::acquire("/dev/null/data");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::Unavailable);
  EXPECT_NE(lock.error().message.find("/dev/null/data"), std::string::npos);
}

}  // namespace

}  // namespace dwarpal::storage
