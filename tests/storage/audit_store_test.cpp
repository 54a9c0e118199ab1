#include "core/audit/audit_trail.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::AuditFilter;
using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;

class AuditStore : public StoreContract {
 protected:
  void append(std::int64_t number, const std::string& event, Instant when, std::int64_t chain = 1) {
    const auto hmac = digest_of(static_cast<std::uint8_t>(number));
    const core::AuditRecord record{.chain = chain, .number = number, .at = when, .event = event, .hmac = hmac};
    write([&](Transaction& t) {
      return t.audit().append(record, {.chain = chain, .number = number, .hmac = digest_of(0xEE)});
    });
  }
  static std::string event(const std::string& action, const std::string& subject, const std::string& actor) {
    return R"({"at":"…","action":")" + action + R"(","actor":")" + actor + R"(","subject":")" + subject + R"("})";
  }
  static std::vector<std::int64_t> numbers_of(const std::vector<core::AuditRecord>& records) {
    std::vector<std::int64_t> numbers;
    for (const auto& record : records) numbers.push_back(record.number);
    return numbers;
  }
  std::vector<std::int64_t> listed(const AuditFilter& filter) {
    return numbers_of(read([&](Transaction& t) { return t.audit().list(filter); }));
  }
  std::vector<std::int64_t> records_after(std::int64_t after, std::size_t limit) {
    return numbers_of(read([&](Transaction& t) { return t.audit().records_after(after, limit); }));
  }
  static AuditFilter by_action(std::string action) {
    AuditFilter filter;
    filter.action = std::move(action);
    return filter;
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, AuditStore, testing::ValuesIn(every_store()), store_name);

TEST_P(AuditStore, StartsWithAnEmptyFirstChain) {
  const auto head = read([](Transaction& t) { return t.audit().head(); });
  EXPECT_EQ(head.chain, 1);
  EXPECT_EQ(head.number, 0);
  EXPECT_EQ(head.hmac, crypto::Sha256{});
  EXPECT_THAT(listed({}), IsEmpty());
}

TEST_P(AuditStore, GivesBackRecordAndHead) {
  append(1, R"({"action":"x","reason":"a'b"})", at(42));
  const auto records = read([](Transaction& t) { return t.audit().records_after(0, 10); });
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].chain, 1);
  EXPECT_EQ(records[0].number, 1);
  EXPECT_EQ(records[0].at, at(42));
  EXPECT_EQ(records[0].event, R"({"action":"x","reason":"a'b"})");
  EXPECT_EQ(records[0].hmac, digest_of(1));
  const auto head = read([](Transaction& t) { return t.audit().head(); });
  EXPECT_EQ(head.number, 1);
  EXPECT_EQ(head.hmac, digest_of(0xEE));
}

TEST_P(AuditStore, RefusesANumberTwice) {
  append(1, "{}", at(1));
  core::AuditRecord again;
  again.number = 1;
  EXPECT_FALSE(store().write([&](Transaction& t) { return t.audit().append(again, {}); }));
}

TEST_P(AuditStore, WalksTheRecordsInTheirOrder) {
  for (std::int64_t number = 1; number <= 12; ++number) append(number, "{}", at(number));
  EXPECT_THAT(records_after(0, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(records_after(9, 3), ElementsAre(10, 11, 12));
  EXPECT_THAT(records_after(11, 3), ElementsAre(12));
  EXPECT_THAT(records_after(12, 3), IsEmpty());
}

TEST_P(AuditStore, WalksTheNewestChainAlone) {
  append(1, "{}", at(1));
  append(2, "{}", at(2));
  append(1, "{}", at(3), 2);
  EXPECT_THAT(records_after(0, 10), ElementsAre(1));
  EXPECT_EQ(read([](Transaction& t) { return t.audit().head(); }).chain, 2);
  EXPECT_THAT(listed({}), ElementsAre(1, 2, 1));
}

TEST_P(AuditStore, ListsTheNewestWithTheNewestLast) {
  for (std::int64_t number = 1; number <= 5; ++number) append(number, "{}", at(number));
  AuditFilter filter;
  filter.limit = 2;
  EXPECT_THAT(listed(filter), ElementsAre(4, 5));
}

TEST_P(AuditStore, ListsByActionExactlyOrByItsNoun) {
  append(1, event("entity.register", "", ""), at(1));
  append(2, event("entity.suspend", "", ""), at(2));
  append(3, event("entity", "", ""), at(3));
  append(4, event("entityx.suspend", "", ""), at(4));
  EXPECT_THAT(listed(by_action("entity.suspend")), ElementsAre(2));
  EXPECT_THAT(listed(by_action("entity.")), ElementsAre(1, 2));
  EXPECT_THAT(listed(by_action("entity")), ElementsAre(3));
  EXPECT_THAT(listed(by_action("entity.s")), IsEmpty());
  EXPECT_THAT(listed(by_action("' OR 1=1 --")), IsEmpty());
}

TEST_P(AuditStore, ListsBySubjectAndActor) {
  append(1, event("a", "entity:A", "asha@x.test"), at(1));
  append(2, event("a", "entity:B", "asha@x.test"), at(2));
  append(3, event("a", "entity:B", "ravi@x.test"), at(3));
  append(4, R"({"action":"a"})", at(4));
  AuditFilter filter;
  filter.subject = "entity:B";
  EXPECT_THAT(listed(filter), ElementsAre(2, 3));
  filter.actor = "asha@x.test";
  EXPECT_THAT(listed(filter), ElementsAre(2));
  filter.subject.clear();
  EXPECT_THAT(listed(filter), ElementsAre(1, 2));
}

TEST_P(AuditStore, ListsFromAnInstantUntilBeforeAnother) {
  for (std::int64_t number = 1; number <= 4; ++number) append(number, "{}", at(number * 10));
  AuditFilter filter;
  filter.from = at(20);
  EXPECT_THAT(listed(filter), ElementsAre(2, 3, 4));
  filter.until = at(40);
  EXPECT_THAT(listed(filter), ElementsAre(2, 3));
}

}  // namespace

}  // namespace dwarpal::test
