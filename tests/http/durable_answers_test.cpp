// audit.token_events = durable: no token leaves the service before its record is on disk.
#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "http/scenario.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace dwarpal::test {
namespace {

class DurableAnswers : public Scenario {
 protected:
  DurableAnswers() { settings_.policy.token_events = core::TokenEventCommit::Durable; }
  void SetUp() override {
    Scenario::SetUp();
    secret_ = reset().text("secret");
  }

  std::size_t issued() {
    const auto records = node().store.read(
        [](core::Transaction& transaction) { return transaction.audit().records_after({}, 100'000); });
    return static_cast<std::size_t>(std::ranges::count_if(*records, [](const core::AuditRecord& record) {
      return record.event.contains(R"("action":"entity-token.issue")");
    }));
  }
  /// As another process.
  void run_beside(const char* sql) {
    SQLite::Database database(storage::SqliteStore::file_in(node().settings.data_directory).string(),
                              SQLite::OPEN_READWRITE);
    database.setBusyTimeout(30'000);
    database.exec(sql);
  }
  /// From now on the audit trail takes no record.
  void refuse_records() {
    run_beside("CREATE TRIGGER no_more BEFORE INSERT ON audit_records BEGIN SELECT RAISE(ABORT, 'no'); END");
  }

  std::string secret_;
};

TEST_F(DurableAnswers, ATokenIsInTheTrailWhenItIsAnswered) {
  for (std::size_t tokens = 1; tokens <= 3; ++tokens) {
    EXPECT_EQ(entity_token(secret_).status, 200U);
    EXPECT_EQ(issued(), tokens);
  }
}

TEST_F(DurableAnswers, ManyConnectionsGetTheirTokensAndEachIsInTheTrail) {
  constexpr int kConnections = 64;
  std::vector<std::unique_ptr<http::TestClient>> clients;
  const auto call = form_call("/entity/token/generate", "id=" + kMember + "&secret=" + form_encoded(secret_));
  for (int at = 0; at < kConnections; ++at) {
    clients.push_back(std::make_unique<http::TestClient>(network().port()));
    clients.back()->send(call.bytes());
  }
  for (const auto& client : clients) EXPECT_EQ(client->receive()->status, 200U);
  EXPECT_EQ(issued(), static_cast<std::size_t>(kConnections));
}

TEST_F(DurableAnswers, NoTokenIsHandedOutWhoseRecordCannotBeWritten) {
  refuse_records();
  const auto refused = entity_token(secret_);
  EXPECT_EQ(refused.status, 503U);
  EXPECT_FALSE(refused.body.contains("accessToken"));
  EXPECT_EQ(issued(), 0U);
  EXPECT_EQ(sign_in(kAdmin).status, 503U);

  run_beside("DROP TRIGGER no_more");
  // An attempt of before may still be under way.
  while (entity_token(secret_).status == 503U) std::this_thread::yield();
  EXPECT_GE(issued(), 2U);  // the first one's record is there, too
  EXPECT_FALSE(node().audit.verify(node().store)->first_broken);
}

TEST_F(DurableAnswers, RefusalsAreInTheTrailToo) {
  EXPECT_EQ(entity_token("wrong").status, 401U);
  const auto newest =
      node().store.read([](core::Transaction& transaction) { return transaction.audit().newest({}, 1); });
  EXPECT_TRUE(newest->front().event.contains("entity-token.refuse"));
}

}  // namespace
}  // namespace dwarpal::test
