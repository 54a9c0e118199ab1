// /admin/v1/audit: what an operator reads in the audit trail, and that the reading is in it, too.
#include <boost/json/serialize.hpp>

#include "http/admin_scenario.hpp"

namespace dwarpal::test {
namespace {

class AdminAudit : public AdminScenario {
 protected:
  std::vector<std::string> actions(const std::string& query) { return each(look("/audit" + query), "action"); }
  boost::json::object newest(const std::string& query) {
    return look("/audit" + query + "&limit=1").json().at("items").at(0).as_object();
  }
};

using Actions = std::vector<std::string>;

TEST_F(AdminAudit, ShowsRecordsAsTheyAreNewestFirst) {
  // The records of the sign-ins so far would come behind those that follow.
  EXPECT_TRUE(node().token_events.flush());
  at(start_ + 1s);
  suspend_entity();
  at(start_ + 2s);
  const auto record = newest("?action=entity.suspend");
  EXPECT_EQ(record.at("chain"), 1);
  EXPECT_GT(record.at("number").as_int64(), 1);
  EXPECT_EQ(record.at("happenedOn"), unix_milliseconds(start_ + 1s));
  EXPECT_EQ(record.at("outcome"), "done");
  EXPECT_EQ(record.at("actorKind"), "command-line");
  EXPECT_EQ(record.at("actor"), "root");
  EXPECT_EQ(record.at("subject"), "entity:FIP-1");
  EXPECT_EQ(record.at("reason"), "an incident");
  EXPECT_FALSE(record.contains("at"));
  EXPECT_FALSE(record.contains("hmac"));

  const auto all = look("/audit?limit=1000").json().at("items").as_array();
  for (std::size_t at = 1; at < all.size(); ++at) {
    EXPECT_GT(all[at - 1].at("number").as_int64(), all[at].at("number").as_int64());
  }
  EXPECT_EQ(all.back().at("number"), 1);
}

TEST_F(AdminAudit, ListsByFilters) {
  at(start_ + 1s);
  suspend_entity();
  at(start_ + 2s);
  resume_entity();
  at(start_ + 3s);
  EXPECT_THAT(act("/entities/FIP-1/resume"), is_refused(409, "Entity is not suspended"));
  at(start_ + 4s);
  EXPECT_EQ(actions("?subject=entity:FIP-1&actor=root"), (Actions{"entity.resume", "entity.suspend"}));
  EXPECT_EQ(actions("?action=entity.suspend"), (Actions{"entity.suspend"}));
  EXPECT_EQ(actions("?action=entity.&outcome=refused"), (Actions{"entity.resume"}));
  EXPECT_EQ(actions("?action=entity.r&outcome=refused"), Actions{});
  const auto between = [&](Instant since, Instant until) {
    return actions("?action=entity.&since=" + std::to_string(unix_milliseconds(since)) +
                   "&until=" + std::to_string(unix_milliseconds(until)));
  };
  EXPECT_EQ(between(start_ + 1s, start_ + 2s), (Actions{"entity.suspend"}));
  EXPECT_EQ(between(start_ + 1s, start_ + 2s + 1ms), (Actions{"entity.resume", "entity.suspend"}));
  EXPECT_EQ(between(start_ + 1s + 1ms, start_ + 2s), Actions{});
}

TEST_F(AdminAudit, ComesInPagesWhileRecordsAreAdded) {
  for (int time = 0; time < 3; ++time) {
    suspend_entity();
    resume_entity();
  }
  const auto whole = actions("?action=entity.&actor=root");
  ASSERT_EQ(whole.size(), 6U);
  // The reading itself adds records, before those that are still to come.
  for (const int limit : {1, 2, 5, 6, 7}) {
    EXPECT_EQ(in_pages_of(limit, "/audit?action=entity.&actor=root&", "action"), whole) << limit;
    in_pages_of(limit, "/audit?", "action");
  }
}

TEST_F(AdminAudit, IsRecordedWhenItIsRead) {
  EXPECT_THAT(look("/audit?action=entity.register"), is_answered());
  const auto list = newest_record_of("audit.list");
  EXPECT_EQ(list.at("actor").as_string(), kOperator);
  EXPECT_EQ(list.at("details"), (boost::json::value{{"records", 1}, {"ofAction", "entity.register"}}));
  EXPECT_THAT(look("/audit/1/1"), is_answered());
  EXPECT_EQ(newest_record_of("audit.show").at("details"), (boost::json::value{{"chain", 1}, {"number", 1}}));
}

TEST_F(AdminAudit, ShowsOneRecordByItsNumber) {
  auto listed = newest("?action=entity.register");
  const auto reply = look("/audit/1/" + std::to_string(listed.at("number").as_int64()));
  EXPECT_THAT(reply, is_answered({{"record", listed}}));
  for (const auto* path : {"/audit/1/0", "/audit/1/99999", "/audit/2/1", "/audit/1/-1", "/audit/x/1", "/audit/1/1x",
                           "/audit/1/9223372036854775808", "/audit/-9223372036854775808/1"}) {
    EXPECT_THAT(look(path), is_refused(404, "There is no audit record of this number")) << path;
  }
  EXPECT_THAT(look("/audit/1"), is_refused_naming(404, "path"));
}

TEST_F(AdminAudit, ShowsWhatSomebodyAltered) {
  const core::AuditRecord altered{.position = {.chain = 1, .number = 99'999},
                                  .at = start_ + 1s,
                                  .event = R"({"action":"x","chain":7,"number":"8","happenedOn":9})",
                                  .hmac = {}};
  const core::AuditRecord unreadable{
      .position = {.chain = 1, .number = 100'000}, .at = start_ + 1s, .event = R"({"action")", .hmac = {}};
  const std::vector records{altered, unreadable};
  ASSERT_TRUE(node().store.write([&](core::Transaction& t) { return t.audit().append(records); }));
  const boost::json::object shown{
      {"chain", 1}, {"number", 99'999}, {"happenedOn", unix_milliseconds(start_ + 1s)}, {"action", "x"}};
  EXPECT_THAT(look("/audit/1/99999"), is_answered({{"record", shown}}));
  EXPECT_EQ(actions("?limit=2"), (Actions{"(not readable)", "x"}));
}

}  // namespace
}  // namespace dwarpal::test
