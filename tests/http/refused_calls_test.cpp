// Calls that are refused for their token: what the audit trail tells of them, and what it does not.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

using boost::json::object;

class RefusedCall : public Scenario {
 protected:
  /// The newest records, oldest first, once what was counted is written.
  std::vector<object> records_of_refused_calls() {
    EXPECT_TRUE(node().refused_calls.write());
    std::vector<object> found;
    const auto records = node().store.read(
        [](core::Transaction& transaction) { return transaction.audit().records_after({}, 100'000); });
    for (const auto& record : *records) {
      auto event = boost::json::parse(record.event).as_object();
      if (event.at("action") == "call.refuse") found.push_back(std::move(event));
    }
    return found;
  }
  Reply read_with(const std::string& token) { return post("/entity/secret/read", {{"entityId", kMember}}, token); }
};

TEST_F(RefusedCall, WithoutATokenIsRecordedWithItsCallAndAddress) {
  EXPECT_THAT(post("/user/register", {{"email", "new@fip-1.test"}}), is_refused(401, kBadToken));
  const auto records = records_of_refused_calls();
  ASSERT_EQ(records.size(), 1U);
  const auto& record = records.front();
  EXPECT_EQ(record.at("outcome"), "refused");
  EXPECT_EQ(record.at("reason"), "no token");
  EXPECT_EQ(record.at("details"), object({{"count", 1}, {"call", "POST /iam/v1/user/register"}}));
  EXPECT_EQ(record.at("clientAddress"), "127.0.0.1");
  EXPECT_TRUE(record.contains("requestId"));
  EXPECT_FALSE(record.contains("subject"));
}

TEST_F(RefusedCall, ThatComesAgainAndAgainIsSummed) {
  for (int time = 0; time < 20; ++time) EXPECT_THAT(read_with("a.b.c"), is_refused(401, kBadToken));
  EXPECT_THAT(ask(get_call("/admin/v1/entities")), is_refused(401, kBadToken));
  const auto records = records_of_refused_calls();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records.front().at("details"), object({{"count", 1}, {"call", "GET /admin/v1/entities"}}));
  EXPECT_EQ(records.back().at("details"), object({{"count", 20}, {"call", "POST /iam/v1/entity/secret/read"}}));
  EXPECT_EQ(records.back().at("reason"), "not a compact JWS");
}

TEST_F(RefusedCall, NamesWhoseTokenHasExpired) {
  const auto token = token_of(kAdmin);
  at(day(181));
  EXPECT_THAT(read_with(token), is_refused(401, kBadToken));
  const auto record = records_of_refused_calls().back();
  EXPECT_EQ(record.at("reason"), "expired");
  EXPECT_EQ(record.at("subject").as_string(), "user:" + kAdmin);
}

TEST_F(RefusedCall, NamesWhoIsSuspended) {
  const auto token = token_of(kAdmin);
  suspend_user(kAdmin);
  EXPECT_THAT(read_with(token), is_refused(401, kBadToken));
  const auto record = records_of_refused_calls().back();
  EXPECT_EQ(record.at("reason"), "user is not active");
  EXPECT_EQ(record.at("subject").as_string(), "user:" + kAdmin);
}

TEST_F(RefusedCall, NamesTheMemberWhoseTokenIsNotTheRightKind) {
  const auto token = entity_token(reset().text("secret")).text("accessToken");
  EXPECT_THAT(read_with(token), is_refused(401, kBadToken));
  const auto record = records_of_refused_calls().back();
  EXPECT_EQ(record.at("reason"), "not a user token");
  EXPECT_EQ(record.at("subject").as_string(), "entity:" + kMember);
}

TEST_F(RefusedCall, NamesNobodyByATokenThatIsForged) {
  auto token = token_of(kAdmin);
  token[token.rfind('.') + 5] = token[token.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_THAT(read_with(token), is_refused(401, kBadToken));
  const auto record = records_of_refused_calls().back();
  EXPECT_EQ(record.at("reason"), "wrong signature");
  EXPECT_FALSE(record.contains("subject"));
}

TEST_F(RefusedCall, ForAFieldOfOneWhoIsKnownIsRecordedOnce) {
  EXPECT_EQ(post("/user/register", {{"email", "new@fip-1.test"}, {"firstName", "Asha"}}, token_of(kOperator)).status,
            400U);
  EXPECT_EQ(
      put("/entity/user/add", {{"email", kAdmin}, {"entityId", kMember}, {"roles", "x"}}, token_of(kAdmin)).status,
      400U);
  EXPECT_EQ(post("/entity/secret/reset", {{"entityId", kMember}, {"secretExpiryDays", 0}}, token_of(kAdmin)).status,
            400U);
  const auto records = records_of_refused_calls();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records.back().at("details"), object({{"count", 1}, {"call", "PUT /iam/v1/entity/user/add"}}));
  EXPECT_EQ(records.back().at("subject").as_string(), "user:" + kAdmin);
  EXPECT_EQ(records.back().at("actor").as_string(), kAdmin);
  EXPECT_THAT(std::string(records.back().at("reason").as_string()), testing::HasSubstr("roles"));
}

TEST_F(RefusedCall, ThatIsOnRecordByItselfIsNotCountedAgain) {
  EXPECT_EQ(post("/entity/register", registration("fip", "FIP-9"), token_of(kAdmin)).status, 401U);
  auto bad = registration("fip", "FIP-9");
  bad["entityinfo"].as_object()["baseurl"] = "ftp://fip-9.test";
  EXPECT_EQ(post("/entity/register", bad, token_of(kOperator)).status, 400U);
  EXPECT_TRUE(records_of_refused_calls().empty());
}

TEST_F(RefusedCall, HasNothingOfTheTokenInItsRecord) {
  const std::string nonsense = "correct-horse.battery-staple.token-part";
  EXPECT_THAT(read_with(nonsense), is_refused(401, kBadToken));
  EXPECT_THAT(read_with("correct-horse"), is_refused(401, kBadToken));
  const auto expired = token_of(kAdmin);
  at(day(181));
  EXPECT_THAT(read_with(expired), is_refused(401, kBadToken));
  std::string text;
  for (const auto& record : records_of_refused_calls()) text += boost::json::serialize(record);
  for (const auto& token : {nonsense, expired}) {
    for (std::size_t start = 0; start < token.size();) {
      const auto end = std::min(token.find('.', start), token.size());
      EXPECT_FALSE(text.contains(token.substr(start, end - start))) << token;
      start = end + 1;
    }
  }
}

TEST_F(RefusedCall, ThatOnlyReadsWhatIsThereForMembersOrForAllIsNotRecorded) {
  EXPECT_EQ(ask(get_call("/cr/v2/entityInfo/FIP")).status, 401U);
  EXPECT_EQ(ask(get_call("/auth/realms/sahamati/protocol/openid-connect/certs")).status, 200U);
  EXPECT_EQ(ask(get_call("/nowhere")).status, 404U);
  EXPECT_TRUE(records_of_refused_calls().empty());
  auto removal = get_call("/cr/v2/entityInfo/FIP/FIP-1");
  removal.method = "DELETE";
  EXPECT_EQ(ask(removal).status, 401U);
  EXPECT_EQ(records_of_refused_calls().size(), 1U);
}

}  // namespace
}  // namespace dwarpal::test
