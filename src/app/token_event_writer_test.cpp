#include "app/token_event_writer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <utility>

#include "core/audit/token_statistics.hpp"
#include "crypto/system_random.hpp"
#include "support/forwarding_store.hpp"
#include "support/test_store.hpp"

namespace dwarpal::app {
namespace {

using core::TokenEvent;
using core::TokenOutcome;
using core::Transaction;

/// A real store that refuses to write as long as it is told to, and counts what it wrote.
class RefusingStore final : public test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  std::atomic<bool> refuses = false;
  std::atomic<int> attempts = 0;

 protected:
  Result<> write_erased(const Work& work) override {
    ++attempts;
    if (refuses) return fail(ErrorCode::Unavailable, "The disk that holds the store is full");
    return ForwardingStore::write_erased(work);
  }
};

class TokenEventWriterTest : public testing::Test {
 protected:
  TokenEventWriterTest() { writer_ = std::make_unique<TokenEventWriter>(store_, audit_, log_); }

  TokenEvent event(std::optional<TokenOutcome> counted = {}, EntityUuid entity = {}) {
    return {.event = R"({"action":"entity-token.issue"})",
            .at = test_.clock().now(),
            .entity = std::move(entity),
            .counted = counted};
  }
  /// Whether all that was recorded is committed, once that is known.
  std::future<bool> committed() {
    auto promise = std::make_shared<std::promise<bool>>();
    auto future = promise->get_future();
    writer_->when_committed([promise](bool is_committed) { promise->set_value(is_committed); });
    return future;
  }
  std::size_t records() {
    return test_->read([](Transaction& transaction) { return transaction.audit().records_after({}, 100'000); })->size();
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
  core::DataKeys keys_ = *core::DataKeys::open(test_.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))),
                                               random_, test_.clock());
  core::AuditTrail audit_{keys_, test_.clock()};
  Log log_{LogLevel::Error, LogFormat::Text};
  RefusingStore store_{test_.store()};
  std::unique_ptr<TokenEventWriter> writer_;
};

TEST_F(TokenEventWriterTest, TellsWhenWhatWasRecordedIsInTheTrail) {
  ASSERT_TRUE(writer_->record(event()));
  EXPECT_TRUE(committed().get());
  EXPECT_EQ(records(), 1U);
  EXPECT_FALSE(audit_.verify(test_.store())->first_broken);
}

TEST_F(TokenEventWriterTest, TellsAtOnceWhereNothingWaits) {
  EXPECT_TRUE(committed().get());
  EXPECT_EQ(store_.attempts, 0);
}

TEST_F(TokenEventWriterTest, WritesWhatComesTogetherInFewTransactions) {
  constexpr int kCallers = 64;
  std::latch told(kCallers);
  // Nobody can write until all have come.
  ASSERT_TRUE(test_->write([&](Transaction&) -> Result<> {
    for (int caller = 0; caller < kCallers; ++caller) {
      if (!writer_->record(event())) return fail(ErrorCode::Internal, "full");
      writer_->when_committed([&told](bool) { told.count_down(); });
    }
    return {};
  }));
  told.wait();
  EXPECT_EQ(records(), static_cast<std::size_t>(kCallers));
  EXPECT_LE(store_.attempts, 2);
}

TEST_F(TokenEventWriterTest, SaysWhereItCannotBeWrittenAndKeepsTheEvents) {
  store_.refuses = true;
  ASSERT_TRUE(writer_->record(event()));
  EXPECT_FALSE(committed().get());
  EXPECT_FALSE(writer_->flush());
  EXPECT_EQ(records(), 0U);
  EXPECT_EQ(writer_->waiting(), 1U);
  store_.refuses = false;
  while (!committed().get()) {
  }
  EXPECT_EQ(records(), 1U);
  EXPECT_EQ(writer_->waiting(), 0U);
}

TEST_F(TokenEventWriterTest, WritesWhatWaitsWhenItEnds) {
  for (int at = 0; at < 5; ++at) ASSERT_TRUE(writer_->record(event()));
  writer_.reset();
  EXPECT_EQ(records(), 5U);
}

TEST_F(TokenEventWriterTest, TellsWhoWaitsWhenItEndsWithoutAStore) {
  store_.refuses = true;
  ASSERT_TRUE(writer_->record(event()));
  auto answer = committed();
  writer_.reset();
  EXPECT_FALSE(answer.get());
}

TEST_F(TokenEventWriterTest, CountsTokensByHourAndEntityUntilItEnds) {
  const EntityUuid entity("uuid");
  const auto hour = test_.clock().now();
  for (int at = 0; at < 3; ++at) {
    ASSERT_TRUE(writer_->record(event(TokenOutcome::Issued, entity)));
  }
  ASSERT_TRUE(writer_->record(event(TokenOutcome::Refused, entity)));
  ASSERT_TRUE(writer_->record(event(TokenOutcome::Refused)));
  ASSERT_TRUE(writer_->record(event()));
  test_.clock().advance(std::chrono::minutes(61));
  ASSERT_TRUE(writer_->record(event(TokenOutcome::Issued, entity)));
  writer_.reset();
  const auto counts = test_->read(
      [&](Transaction& transaction) { return transaction.token_counts().list({.since = hour}, std::nullopt); });
  ASSERT_TRUE(counts);
  ASSERT_EQ(counts->size(), 3U);
  EXPECT_EQ(counts->at(0).hour, hour + std::chrono::hours(1));
  EXPECT_EQ(counts->at(0).issued, 1);
  EXPECT_EQ(counts->at(1).issued, 3);
  EXPECT_EQ(counts->at(1).refused, 1);
  EXPECT_TRUE(counts->at(2).entity.empty());
  EXPECT_EQ(counts->at(2).refused, 1);
}

TEST_F(TokenEventWriterTest, FinishesWithAllThatWasRecorded) {
  ASSERT_TRUE(writer_->record(event()));
  EXPECT_TRUE(writer_->finish(std::chrono::hours(1)));
  EXPECT_EQ(records(), 1U);
  EXPECT_TRUE(writer_->finish(std::chrono::milliseconds(0)));
}

TEST_F(TokenEventWriterTest, FinishesAsSoonAsTheStoreCanBeWrittenAgain) {
  store_.refuses = true;
  ASSERT_TRUE(writer_->record(event()));
  EXPECT_FALSE(committed().get());
  store_.refuses = false;
  EXPECT_TRUE(writer_->finish(std::chrono::hours(1)));
  EXPECT_EQ(records(), 1U);
}

TEST_F(TokenEventWriterTest, SaysHowManyRecordsAreLostAndWritesNoneOfThemLater) {
  store_.refuses = true;
  for (int time = 0; time < 3; ++time) ASSERT_TRUE(writer_->record(event()));
  EXPECT_FALSE(committed().get());
  const auto finished = writer_->finish(std::chrono::milliseconds(0));
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(finished.error().message,
            "The store cannot be written: 3 records of token calls are lost to the audit trail");
  store_.refuses = false;
  writer_.reset();
  EXPECT_EQ(records(), 0U);
}

}  // namespace
}  // namespace dwarpal::app
