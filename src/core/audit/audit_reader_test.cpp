#include "core/audit/audit_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "core/data_keys.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AuditReaderTest : public testing::Test {
 protected:
  void append(const std::string& action, const std::string& subject = {}, const std::string& actor = "asha@x.test",
              AuditOutcome outcome = AuditOutcome::Done) {
    const AuditEvent event{.action = action, .subject = subject, .outcome = outcome};
    const CallContext context{.actor = {.kind = Actor::Kind::User, .name = actor}};
    ASSERT_TRUE(test_->write([&](Transaction& transaction) { return trail_.append(transaction, event, context); }));
  }

  AuditPage page(const AuditFilter& filter) {
    auto listed = reader_.list(filter, operator_);
    EXPECT_TRUE(listed);
    return listed ? *std::move(listed) : AuditPage{};
  }
  static std::vector<std::int64_t> numbers(const AuditPage& page) {
    std::vector<std::int64_t> found;
    for (const auto& record : page.records) found.push_back(record.position.number);
    return found;
  }
  std::vector<std::int64_t> listed(const AuditFilter& filter) { return numbers(page(filter)); }

  boost::json::object newest_event() {
    const auto records =
        test_->read([](Transaction& transaction) { return transaction.audit().newest(AuditRange{}, 1); });
    return boost::json::parse(records->front().event).as_object();
  }

  test::TestStore test_;
  crypto::SystemRandom random_;
  DataKeys keys_ =
      *DataKeys::open(test_.store(), *crypto::AeadKey::create(Secret(std::string(32, 'm'))), random_, test_.clock());
  AuditTrail trail_{keys_, test_.clock()};
  AuditReader reader_{test_.store(), trail_};
  CallContext operator_{.actor = Actor::command_line("root")};
};

TEST_F(AuditReaderTest, ListsTheNewestFirst) {
  for (const auto* action : {"a", "b", "c"}) append(action);
  EXPECT_THAT(listed({.limit = 2}), ElementsAre(3, 2));
}

TEST_F(AuditReaderTest, RecordsWhoReadAndWhat) {
  append("entity.register", "entity:A");
  EXPECT_THAT(listed({.subject = "entity:A"}), ElementsAre(1));
  const auto event = newest_event();
  EXPECT_EQ(event.at("action"), "audit.list");
  EXPECT_EQ(event.at("actor"), "root");
  EXPECT_EQ(event.at("details").at("records"), 1);
  EXPECT_EQ(event.at("details").at("ofSubject"), "entity:A");
}

TEST_F(AuditReaderTest, DoesNotRecordWhatWasTypedAndFitsNothing) {
  EXPECT_THAT(listed({.subject = "my password, typed into the wrong place"}), IsEmpty());
  EXPECT_FALSE(newest_event().at("details").as_object().contains("ofSubject"));
}

TEST_F(AuditReaderTest, RefusesAndRecordsWhoIsNoOperator) {
  append("a");
  const CallContext member{.actor = {.kind = Actor::Kind::User, .name = "asha@x.test"}};
  const auto refused = reader_.list({}, member);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unauthorized);
  EXPECT_EQ(newest_event().at("action"), "audit.list");
  EXPECT_EQ(newest_event().at("outcome"), "refused");
  EXPECT_FALSE(reader_.export_to([](auto, auto, auto) { return Result<>(); }, {}, {}, member));
}

TEST_F(AuditReaderTest, ListsByActionExactlyOrByItsNoun) {
  for (const auto* action : {"entity.register", "entity.suspend", "entity", "entityx.suspend"}) append(action);
  EXPECT_THAT(listed({.action = "entity.suspend"}), ElementsAre(2));
  EXPECT_THAT(listed({.action = "entity."}), ElementsAre(2, 1));
  EXPECT_THAT(listed({.action = "entity"}), ElementsAre(3));
  EXPECT_THAT(listed({.action = "entity.s"}), IsEmpty());
  EXPECT_THAT(listed({.action = "\" OR 1=1 --"}), IsEmpty());
}

TEST_F(AuditReaderTest, ListsBySubjectActorAndOutcome) {
  append("a", "entity:A", "asha@x.test");
  append("a", "entity:B", "asha@x.test", AuditOutcome::Refused);
  append("a", "entity:B", "ravi@x.test");
  append("a", "entity:asha@x.test", "entity:B");
  EXPECT_THAT(listed({.subject = "entity:B"}), ElementsAre(3, 2));
  EXPECT_THAT(listed({.subject = "entity:B", .actor = "asha@x.test"}), ElementsAre(2));
  EXPECT_THAT(listed({.actor = "asha@x.test"}), ElementsAre(2, 1));
  EXPECT_THAT(listed({.outcome = AuditOutcome::Refused}), ElementsAre(2));
  EXPECT_THAT(listed({.subject = "entity:B", .outcome = AuditOutcome::Done}), ElementsAre(3));
}

TEST_F(AuditReaderTest, FindsNamesThatJsonWritesInAnotherWay) {
  append("a", "user:o'neill+\"x\"~@x.test");
  EXPECT_THAT(listed({.subject = "user:o'neill+\"x\"~@x.test"}), ElementsAre(1));
}

TEST_F(AuditReaderTest, GivesTheFollowingPage) {
  for (int at = 0; at < 5; ++at) append("a");
  AuditFilter filter{.action = "a", .limit = 2};
  const auto first = page(filter);
  EXPECT_THAT(numbers(first), ElementsAre(5, 4));
  ASSERT_TRUE(first.next);
  filter.range.before = first.next;
  const auto second = page(filter);
  EXPECT_THAT(numbers(second), ElementsAre(3, 2));
  filter.range.before = second.next;
  const auto third = page(filter);
  EXPECT_THAT(numbers(third), ElementsAre(1));
  EXPECT_FALSE(third.next);
}

TEST_F(AuditReaderTest, StopsLookingInTimeAndSaysWhereToGoOn) {
  append("rare");
  for (int at = 0; at < 20; ++at) append("a");
  AuditFilter filter{.action = "rare", .look_at = 15};
  const auto first = page(filter);
  EXPECT_THAT(numbers(first), IsEmpty());
  ASSERT_TRUE(first.next);
  filter.range.before = first.next;
  const auto second = page(filter);
  EXPECT_THAT(numbers(second), ElementsAre(1));
  EXPECT_FALSE(second.next);
}

TEST_F(AuditReaderTest, ShowsWhatSomebodyAlteredBeyondReadingToWhoLooksForNothingInParticular) {
  const AuditRecord altered{
      .position = {.chain = 1, .number = 99}, .at = test_.clock().now(), .event = R"({"action")", .hmac = {}};
  ASSERT_TRUE(
      test_->write([&](Transaction& transaction) { return transaction.audit().append(std::span(&altered, 1)); }));
  EXPECT_THAT(listed({.limit = 1}), ElementsAre(99));
  EXPECT_THAT(listed({.action = "action"}), IsEmpty());
}

TEST_F(AuditReaderTest, ShowsOneRecordAndRecordsThat) {
  for (const auto* action : {"a", "b"}) append(action);
  const auto shown = reader_.show({.chain = 1, .number = 2}, operator_);
  ASSERT_TRUE(shown);
  EXPECT_EQ(readable_event(*shown).at("action"), "b");
  EXPECT_EQ(newest_event().at("action"), "audit.show");
  EXPECT_EQ(newest_event().at("details"), (boost::json::value{{"chain", 1}, {"number", 2}}));
}

TEST_F(AuditReaderTest, ShowsNoRecordThatIsNotThereAndNoneToOthers) {
  append("a");
  const auto code_of = [&](const AuditPosition& position, const CallContext& context) {
    const auto shown = reader_.show(position, context);
    EXPECT_FALSE(shown);
    EXPECT_EQ(newest_event().at("action"), "audit.show");
    EXPECT_EQ(newest_event().at("outcome"), "refused");
    return shown ? ErrorCode::Internal : shown.error().code;
  };
  EXPECT_EQ(code_of({.chain = 1, .number = 0}, operator_), ErrorCode::NotFound);
  EXPECT_EQ(code_of({.chain = 1, .number = 99}, operator_), ErrorCode::NotFound);
  EXPECT_EQ(code_of({.chain = 2, .number = 1}, operator_), ErrorCode::NotFound);
  const CallContext member{.actor = {.kind = Actor::Kind::User, .name = "asha@x.test"}};
  EXPECT_EQ(code_of({.chain = 1, .number = 1}, member), ErrorCode::Unauthorized);
}

TEST_F(AuditReaderTest, SaysOfAnEventThatCannotBeReadThatItCannot) {
  for (const auto* event : {R"({"action")", "[]", ""}) {
    EXPECT_EQ(readable_event({.position = {}, .at = {}, .event = event}),
              (boost::json::object{{"action", "(not readable)"}}));
  }
}

TEST_F(AuditReaderTest, ExportsEverythingUpToItsOwnRecordOldestFirst) {
  append("a", "entity:A");
  append("b");
  std::vector<std::string> lines;
  const auto sink = [&](std::span<const AuditRecord> records, std::int64_t, std::int64_t) -> Result<> {
    append("meanwhile");
    for (const auto& record : records) lines.push_back(export_line(record));
    return {};
  };
  ASSERT_TRUE(reader_.export_to(sink, {}, {}, operator_));
  ASSERT_EQ(lines.size(), 3U);
  const auto first = boost::json::parse(lines[0]).as_object();
  EXPECT_EQ(first.at("chain"), 1);
  EXPECT_EQ(first.at("number"), 1);
  EXPECT_EQ(first.at("action"), "a");
  EXPECT_EQ(first.at("subject"), "entity:A");
  EXPECT_EQ(first.at("hmac").as_string().size(), 43U);
  EXPECT_EQ(boost::json::parse(lines[2]).at("action"), "audit.export");
  for (const auto& line : lines) EXPECT_TRUE(line.ends_with("}\n"));
}

TEST_F(AuditReaderTest, ExportsWhatHappenedInBetween) {
  const auto start = test_.clock().now();
  for (int hour = 0; hour < 4; ++hour) {
    append("a");
    test_.clock().advance(std::chrono::hours(1));
  }
  std::vector<std::int64_t> exported;
  const auto sink = [&](std::span<const AuditRecord> records, std::int64_t, std::int64_t) -> Result<> {
    for (const auto& record : records) exported.push_back(record.position.number);
    return {};
  };
  ASSERT_TRUE(reader_.export_to(sink, start + std::chrono::hours(1), start + std::chrono::hours(3), operator_));
  EXPECT_THAT(exported, ElementsAre(2, 3));
}

TEST_F(AuditReaderTest, EndsAnExportThatCannotBeWritten) {
  append("a");
  const auto full = [](auto, auto, auto) -> Result<> { return fail(ErrorCode::Unavailable, "full"); };
  EXPECT_FALSE(reader_.export_to(full, {}, {}, operator_));
}

}  // namespace
}  // namespace dwarpal::core
