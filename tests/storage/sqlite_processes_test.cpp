// Several processes on one file, some of which are killed.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>

#include "storage/store_contract.hpp"
#include "support/test_store.hpp"

namespace dwarpal::test {

namespace {

using core::Transaction;

/// A process that runs `work` until it says that it is ready, and is then killed.
class DoomedProcess {
 public:
  explicit DoomedProcess(const std::function<void(const std::function<void()>& ready)>& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      work([&] {
        (void)::write(ends[1], "!", 1);
        for (;;) ::pause();
      });
      ::_exit(1);
    }
    ::close(ends[1]);
    char byte = 0;
    ready_ = ::read(ends[0], &byte, 1) == 1;
    ::close(ends[0]);
  }
  ~DoomedProcess() { kill(); }
  DoomedProcess(const DoomedProcess&) = delete;
  DoomedProcess& operator=(const DoomedProcess&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  bool ready_ = false;
};

Result<> insert_with_secret(Transaction& transaction, const std::string& id) {
  TRY(transaction.entities().insert(some_entity(id)));
  return transaction.secrets().insert(some_entity(id).uuid, some_secret(1));
}

std::size_t entities_in(core::Store& store) {
  return must(store.read([](Transaction& t) { return t.entities().list(EntityId(), 1000); })).size();
}

TEST(SqliteProcesses, LeaveNothingWhenKilledInsideATransaction) {
  TestStore home;
  DoomedProcess process([&](const std::function<void()>& ready) {
    (void)home.open()->write([&](Transaction& t) -> Result<> {
      for (int number = 0; number < 100; ++number) TRY(insert_with_secret(t, std::to_string(number)));
      ready();
      return {};
    });
  });
  ASSERT_TRUE(process.ready());
  process.kill();
  EXPECT_EQ(entities_in(home.store()), 0U);
  EXPECT_EQ(entities_in(*home.open()), 0U);
  EXPECT_TRUE(home->write([](Transaction& t) { return insert_with_secret(t, "A"); }));
}

TEST(SqliteProcesses, LeaveAllWhenKilledAfterTheCommit) {
  TestStore home;
  DoomedProcess process([&](const std::function<void()>& ready) {
    const auto store = home.open();
    const auto done = store->write([&](Transaction& t) -> Result<> {
      for (int number = 0; number < 100; ++number) TRY(insert_with_secret(t, std::to_string(number)));
      return {};
    });
    if (done) ready();
  });
  ASSERT_TRUE(process.ready());
  process.kill();
  EXPECT_EQ(entities_in(home.store()), 100U);
  EXPECT_EQ(must(home->read([](Transaction& t) { return t.secrets().live(some_entity("99").uuid); })).size(), 1U);
}

TEST(SqliteProcesses, AreNoticedByEachOther) {
  TestStore home;
  std::vector<EntityId> told;
  home->on_change([&](const core::StoreChange& change) { told = change.entities; });
  const DoomedProcess process([&](const std::function<void()>& ready) {
    const auto store = home.open();
    if (store->write([](Transaction& t) { return insert_with_secret(t, "theirs"); })) ready();
  });
  ASSERT_TRUE(process.ready());
  must(home->notice_changes());
  EXPECT_EQ(told, std::vector{EntityId("theirs")});
}

TEST(SqliteProcesses, KeepAWriterOffWhileTheyWrite) {
  TestStore home;
  DoomedProcess process([&](const std::function<void()>& ready) {
    (void)home.open()->write([&](Transaction& t) -> Result<> {
      TRY(insert_with_secret(t, "theirs"));
      ready();
      return {};
    });
  });
  ASSERT_TRUE(process.ready());
  const auto impatient =
      must(storage::SqliteStore::open(home.directory(), home.clock(), {.busy_timeout = std::chrono::milliseconds(1)}));
  const auto refused = impatient->write([](Transaction& t) { return insert_with_secret(t, "ours"); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(entities_in(*impatient), 0U);
  process.kill();
  EXPECT_TRUE(impatient->write([](Transaction& t) { return insert_with_secret(t, "ours"); }));
}

}  // namespace

}  // namespace dwarpal::test
