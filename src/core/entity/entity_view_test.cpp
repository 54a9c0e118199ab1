#include "core/entity/entity_view.hpp"

#include <chrono>
#include <functional>
#include <tuple>

#include "support/entity_fixture.hpp"
#include "support/forwarding_store.hpp"

namespace dwarpal::core {
namespace {

using test::done;
using test::refused;

/// The store with something that happens right after each read.
class InterruptedStore final : public test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  std::function<void()> after_read = [] {};

 protected:
  Result<> read_erased(const Work& work) override {
    auto answer = ForwardingStore::read_erased(work);
    after_read();
    return answer;
  }
};

class EntityViewTest : public test::EntityFixture {
 protected:
  EntityView& view() { return process_.view; }
};

TEST_F(EntityViewTest, RemembersWhatItLookedUp) {
  EXPECT_EQ(view().peek(member_.id), nullptr);
  const auto looked = view().look(member_.id);
  ASSERT_TRUE(done(looked));
  EXPECT_EQ((*looked)->entity.uuid, member_.uuid);
  EXPECT_TRUE((*looked)->secrets.empty());
  EXPECT_EQ(view().peek(member_.id), *looked);
  EXPECT_EQ(view().look(member_.id).value(), *looked);
}

TEST_F(EntityViewTest, KeepsOfAnEntityWhatDecisionsNeed) {
  auto whole = member_;
  whole.uuid = EntityUuid("another");
  whole.id = EntityId("FIU-1");
  whole.type = EntityType::FIU;
  whole.status = EntityStatus::Suspended;
  whole.tokens_not_before = member_.created_at;
  whole.clock_shift = std::chrono::days(1);
  whole.created_by = "operator@network.test";
  write([&](Transaction& transaction) { return transaction.entities().insert(whole); });
  const auto looked = view().look(whole.id);
  ASSERT_TRUE(done(looked));
  const auto& kept = (*looked)->entity;
  EXPECT_EQ(std::tuple(kept.uuid, kept.id, kept.type, kept.status, kept.tokens_not_before, kept.clock_shift),
            std::tuple(whole.uuid, whole.id, whole.type, whole.status, whole.tokens_not_before, whole.clock_shift));
  EXPECT_TRUE(kept.name.empty());
  EXPECT_TRUE(kept.created_by.empty());
}

TEST_F(EntityViewTest, DoesNotRememberAnUnknownId) {
  EXPECT_TRUE(refused(view().look(EntityId("FIU-1")), ErrorCode::NotFound, "Entity not found"));
  entity("FIU-1");
  EXPECT_TRUE(done(view().look(EntityId("FIU-1"))));
}

TEST_F(EntityViewTest, ForgetsWhatIsCommitted) {
  ASSERT_TRUE(done(view().look(member_.id)));
  const auto other = entity("FIU-1");
  ASSERT_TRUE(done(view().look(other.id)));
  reset();
  EXPECT_EQ(view().peek(member_.id), nullptr);
  EXPECT_NE(view().peek(other.id), nullptr);
  EXPECT_EQ(view().look(member_.id).value()->secrets.size(), 1U);
}

TEST_F(EntityViewTest, KeepsWhatItHoldsWhenASecretIsMerelyUsed) {
  const auto secret = reset();
  EXPECT_EQ(use(secret), "ok");
  EXPECT_NE(view().peek(member_.id), nullptr);
}

TEST_F(EntityViewTest, DoesNotRememberALookThatACommitOvertook) {
  InterruptedStore store(test_.store());
  EntityView interrupted(store);
  store.after_read = [&] { interrupted.forget({member_.id}); };
  ASSERT_TRUE(done(interrupted.look(member_.id)));
  EXPECT_EQ(interrupted.peek(member_.id), nullptr);
  store.after_read = [] {};
  ASSERT_TRUE(done(interrupted.look(member_.id)));
  EXPECT_NE(interrupted.peek(member_.id), nullptr);
}

TEST_F(EntityViewTest, ALookNoticesWhatAnotherProcessCommitted) {
  ASSERT_TRUE(done(view().look(member_.id)));
  const auto other_store = test_.open();
  auto suspended = member_;
  suspended.status = EntityStatus::Suspended;
  ASSERT_TRUE(done(other_store->write(
      [&](Transaction& transaction) -> Result<> { return transaction.entities().update(suspended); })));
  EXPECT_EQ(view().look(member_.id).value()->entity.status, EntityStatus::Suspended);
}

}  // namespace
}  // namespace dwarpal::core
