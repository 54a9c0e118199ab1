#include "core/recovery.hpp"

#include "core/entity/answered_reset.hpp"
#include "core/entity/entity_secret.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

class RecoveryTest : public test::UserFixture {
 protected:
  Result<std::int64_t> recovered() {
    return test_->write([&](Transaction& transaction) {
      return recover(transaction, audit_, test_.clock().now() - 1h, test_.clock().now(),
                     {.actor = Actor::command_line("root")});
    });
  }
};

TEST_F(RecoveryTest, EndsEveryUsersTokens) {
  const auto asha = active("asha@x.test");
  const auto ravi = active("ravi@x.test");
  EXPECT_EQ(recovered().value(), 3);  // and the operator who invited them
  for (const auto& before : {asha, ravi}) {
    const auto after = read([&](Transaction& transaction) { return transaction.users().find(before.uuid); });
    EXPECT_EQ(after->credential_version, before.credential_version + 1);
    EXPECT_EQ(after->status, before.status);
    EXPECT_EQ(after->password_hash, before.password_hash);
  }
}

TEST_F(RecoveryTest, EndsOpenLinks) {
  const auto asha = active("asha@x.test");
  const auto now = test_.clock().now();
  const Link link{.token_hash = crypto::sha256("token"),
                  .user = asha.uuid,
                  .purpose = LinkPurpose::PasswordReset,
                  .created_at = now,
                  .expires_at = now + 1h};
  write([&](Transaction& transaction) { return transaction.links().insert(link); });
  ASSERT_TRUE(recovered());
  EXPECT_FALSE(read([&](Transaction& transaction) { return transaction.links().find_open(link.token_hash, now); }));
}

TEST_F(RecoveryTest, AnswersNoResetAgain) {
  const auto member = entity("FIP-1");
  const auto key_digest = crypto::sha256("key");
  write([&](Transaction& transaction) -> Result<> {
    EntitySecret secret;
    secret.state.number = 1;
    TRY(transaction.secrets().insert(member.uuid, secret));
    return transaction.answered_resets().put({.key_digest = key_digest,
                                              .entity = member.uuid,
                                              .number = 1,
                                              .expiry_days = {},
                                              .end_older = false,
                                              .txn_id = "txn",
                                              .answered_at = test_.clock().now(),
                                              .expires_at = test_.clock().now() + 24h,
                                              .message = {}});
  });
  ASSERT_TRUE(recovered());
  EXPECT_FALSE(read([&](Transaction& transaction) { return transaction.answered_resets().find(key_digest); }));
}

TEST_F(RecoveryTest, BeginsANewChainThatNamesTheOld) {
  active("asha@x.test");
  ASSERT_TRUE(recovered());
  const auto record = audit_records().back();
  EXPECT_EQ(record.at("action"), "store.restore");
  EXPECT_EQ(record.at("actor"), "root");
  EXPECT_EQ(std::string(record.at("details").at("asOf").as_string()), iso8601(test_.clock().now() - 1h));
  EXPECT_EQ(record.at("details").at("users"), 2);
  EXPECT_EQ(record.at("details").at("previousChain"), 1);
  EXPECT_FALSE(audit_.verify(test_.store())->first_broken);
}

}  // namespace
}  // namespace dwarpal::core
