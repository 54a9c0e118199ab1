#include "core/audit/audit_record.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::AuditCursor;
using core::AuditPosition;
using core::AuditRange;
using core::AuditRecord;
using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;

class AuditStore : public StoreContract {
 protected:
  static AuditRecord record(std::int64_t number, Instant when, std::int64_t chain = 1) {
    return {.position = {.chain = chain, .number = number},
            .at = when,
            .event = R"({"action":"x","reason":"a'b"})",
            .hmac = digest_of(static_cast<std::uint8_t>(number))};
  }
  void append(std::int64_t number, Instant when, std::int64_t chain = 1) {
    write([&](Transaction& t) { return t.audit().append(std::vector{record(number, when, chain)}); });
  }
  static std::vector<std::int64_t> numbers_of(const std::vector<AuditRecord>& records) {
    std::vector<std::int64_t> numbers;
    for (const auto& found : records) numbers.push_back(found.position.number);
    return numbers;
  }
  std::vector<std::int64_t> newest(const AuditRange& range, std::size_t limit = 100) {
    return numbers_of(read([&](Transaction& t) { return t.audit().newest(range, limit); }));
  }
  std::vector<std::int64_t> records_after(AuditPosition after, std::size_t limit) {
    return numbers_of(read([&](Transaction& t) { return t.audit().records_after(after, limit); }));
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, AuditStore, testing::ValuesIn(every_store()), store_name);

TEST_P(AuditStore, StartsWithAnEmptyFirstChain) {
  const auto head = read([](Transaction& t) { return t.audit().head(); });
  EXPECT_EQ(head.position, (AuditPosition{.chain = 1, .number = 0}));
  EXPECT_EQ(head.hmac, crypto::Sha256{});
  EXPECT_THAT(newest({}), IsEmpty());
  EXPECT_TRUE(read([](Transaction& t) { return t.audit().heads(); }).empty());
  EXPECT_TRUE(read([](Transaction& t) { return t.audit().anchors(); }).empty());
}

TEST_P(AuditStore, GivesBackRecords) {
  append(1, at(42));
  const auto records = read([](Transaction& t) { return t.audit().records_after({}, 10); });
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].position, (AuditPosition{.chain = 1, .number = 1}));
  EXPECT_EQ(records[0].at, at(42));
  EXPECT_EQ(records[0].event, R"({"action":"x","reason":"a'b"})");
  EXPECT_EQ(records[0].hmac, digest_of(1));
}

TEST_P(AuditStore, GivesBackRecordsThatCameTogether) {
  std::int64_t number = 0;
  for (const int together : {15, 16, 17, 48, 1}) {
    std::vector<AuditRecord> records;
    for (const auto end = number + together; number < end;) {
      ++number;
      records.push_back(record(number, at(number)));
    }
    write([&](Transaction& t) { return t.audit().append(records); });
  }
  const auto records = read([](Transaction& t) { return t.audit().records_after({}, 1000); });
  ASSERT_EQ(std::ssize(records), number);
  for (std::int64_t expected = 0; const auto& found : records) {
    ++expected;
    EXPECT_EQ(found.position, (AuditPosition{.chain = 1, .number = expected}));
    EXPECT_EQ(found.at, at(expected));
    EXPECT_EQ(found.hmac, digest_of(static_cast<std::uint8_t>(expected)));
  }
}

TEST_P(AuditStore, RefusesRecordsOfWhichItHasOneAndKeepsNone) {
  append(30, at(30));
  std::vector<AuditRecord> records;
  for (std::int64_t number = 1; number <= 40; ++number) records.push_back(record(number, at(number)));
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.audit().append(records); }));
  EXPECT_THAT(newest({}), ElementsAre(30));
}

TEST_P(AuditStore, KeepsAHeadForEachChain) {
  const auto set = [&](std::int64_t chain, std::int64_t number, std::uint8_t hmac) {
    write([&](Transaction& t) {
      return t.audit().set_head({.position = {.chain = chain, .number = number}, .hmac = digest_of(hmac)});
    });
  };
  set(1, 5, 0xAA);
  set(2, 1, 0xBB);
  set(2, 2, 0xCC);
  const auto heads = read([](Transaction& t) { return t.audit().heads(); });
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].position, (AuditPosition{.chain = 1, .number = 5}));
  EXPECT_EQ(heads[1].position, (AuditPosition{.chain = 2, .number = 2}));
  const auto newest_head = read([](Transaction& t) { return t.audit().head(); });
  EXPECT_EQ(newest_head.position, heads[1].position);
  EXPECT_EQ(newest_head.hmac, digest_of(0xCC));
}

TEST_P(AuditStore, RefusesANumberTwice) {
  append(1, at(1));
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.audit().append(std::vector{record(1, at(2))}); }));
}

TEST_P(AuditStore, WalksTheRecordsInTheirOrder) {
  for (std::int64_t number = 1; number <= 12; ++number) append(number, at(number));
  EXPECT_THAT(records_after({}, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(records_after({.chain = 1, .number = 9}, 3), ElementsAre(10, 11, 12));
  EXPECT_THAT(records_after({.chain = 1, .number = 11}, 3), ElementsAre(12));
  EXPECT_THAT(records_after({.chain = 1, .number = 12}, 3), IsEmpty());
}

TEST_P(AuditStore, WalksFromOneChainIntoTheNext) {
  append(1, at(1));
  append(2, at(2));
  append(1, at(3), 2);
  EXPECT_THAT(records_after({}, 10), ElementsAre(1, 2, 1));
  EXPECT_THAT(records_after({.chain = 1, .number = 2}, 10), ElementsAre(1));
  EXPECT_THAT(records_after({.chain = 2, .number = 1}, 10), IsEmpty());
}

TEST_P(AuditStore, GivesTheNewestByTime) {
  append(1, at(10));
  append(2, at(30));
  append(3, at(20));
  EXPECT_THAT(newest({}), ElementsAre(2, 3, 1));
  EXPECT_THAT(newest({}, 2), ElementsAre(2, 3));
}

TEST_P(AuditStore, GivesTheNewestFromAnInstantUntilBeforeAnother) {
  for (std::int64_t number = 1; number <= 4; ++number) append(number, at(number * 10));
  EXPECT_THAT(newest({.since = at(20)}), ElementsAre(4, 3, 2));
  EXPECT_THAT(newest({.since = at(21)}), ElementsAre(4, 3));
  EXPECT_THAT(newest({.since = at(20), .until = at(40)}), ElementsAre(3, 2));
  EXPECT_THAT(newest({.until = at(41)}), ElementsAre(4, 3, 2, 1));
}

TEST_P(AuditStore, GivesWhatFollowsACursorAlsoWithinAnInstant) {
  for (std::int64_t number = 1; number <= 4; ++number) append(number, at(10));
  append(1, at(10), 2);
  const auto before = [](std::int64_t chain, std::int64_t number) {
    return AuditCursor{.at = at(10), .position = {.chain = chain, .number = number}};
  };
  EXPECT_THAT(newest({.before = before(2, 1)}), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(newest({.before = before(1, 3)}), ElementsAre(2, 1));
  EXPECT_THAT(newest({.until = at(10), .before = before(1, 3)}), IsEmpty());
}

TEST_P(AuditStore, RemovesUpToAnAnchorAndKeepsIt) {
  for (std::int64_t number = 1; number <= 4; ++number) append(number, at(number));
  append(1, at(5), 2);
  const auto anchored = [&](std::int64_t number, std::uint8_t digest) {
    write([&](Transaction& t) {
      return t.audit().remove_through({.position = {.chain = 1, .number = number},
                                       .hmac = digest_of(digest),
                                       .seal = digest_of(static_cast<std::uint8_t>(digest + 1))});
    });
  };
  anchored(1, 0xA0);
  anchored(3, 0xB0);
  EXPECT_THAT(records_after({}, 10), ElementsAre(4, 1));
  const auto anchors = read([](Transaction& t) { return t.audit().anchors(); });
  ASSERT_EQ(anchors.size(), 1U);
  EXPECT_EQ(anchors[0].position, (AuditPosition{.chain = 1, .number = 3}));
  EXPECT_EQ(anchors[0].hmac, digest_of(0xB0));
  EXPECT_EQ(anchors[0].seal, digest_of(0xB1));
}

}  // namespace

}  // namespace dwarpal::test
