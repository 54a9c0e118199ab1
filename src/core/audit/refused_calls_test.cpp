#include "core/audit/refused_calls.hpp"

#include <string>
#include <vector>

#include "support/forwarding_store.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {
namespace {

using namespace std::chrono_literals;

/// A real store that refuses to write as long as it is told to.
class UnwritableStore final : public test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  bool refuses = false;

 protected:
  Result<> write_erased(const Work& work) override {
    if (refuses) return fail(ErrorCode::Unavailable, "The disk that holds the store is full");
    return ForwardingStore::write_erased(work);
  }
};

class RefusedCallsTest : public test::UserFixture {
 protected:
  void refuse(const std::string& call, const std::string& address, const std::string& named = {}) {
    refused_.count({.call = call, .reason = "expired", .named = named}, anonymous(address));
  }
  std::vector<boost::json::object> written() {
    const auto before = audit_records().size();
    EXPECT_TRUE(test::done(refused_.write()));
    const auto records = audit_records();
    return {records.begin() + static_cast<std::ptrdiff_t>(before), records.end()};
  }
  static std::int64_t count_in(const boost::json::object& record) {
    return record.at("details").at("count").as_int64();
  }

  UnwritableStore store_{test_.store()};
  RefusedCalls refused_{store_, audit_, test_.clock()};
};

TEST_F(RefusedCallsTest, HaveOneRecordForEachAddressAndCall) {
  const auto first = iso8601(test_.clock().now());
  refuse("POST /a", "203.0.113.7");
  test_.clock().advance(300ms);
  refuse("POST /a", "203.0.113.7");
  refuse("POST /b", "203.0.113.7");
  refuse("POST /a", "203.0.113.8");
  const auto records = written();
  ASSERT_EQ(records.size(), 3U);
  const auto& twice = records.front();
  EXPECT_EQ(in_short(twice), "call.refuse refused: expired");
  EXPECT_EQ(twice.at("at"), boost::json::value(first));
  EXPECT_EQ(twice.at("clientAddress"), "203.0.113.7");
  EXPECT_EQ(twice.at("requestId"), "request");
  EXPECT_EQ(twice.at("details").at("call"), "POST /a");
  EXPECT_EQ(count_in(twice), 2);
  EXPECT_TRUE(written().empty());
  EXPECT_FALSE(audit_.verify(test_.store())->first_broken);
}

TEST_F(RefusedCallsTest, OfOneIpv6NetworkAreSummed) {
  refuse("POST /a", "2001:db8::1");
  refuse("POST /a", "2001:db8::ffff:2");
  refuse("POST /a", "2001:db8:0:1::1");
  const auto records = written();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(count_in(records.front()) + count_in(records.back()), 3);
}

TEST_F(RefusedCallsTest, NameWhomTokensOfOursNamed) {
  refuse("POST /a", "203.0.113.7");
  refuse("POST /a", "203.0.113.7", "user:asha@x.test");
  refuse("POST /a", "203.0.113.7", "user:asha@x.test");
  EXPECT_EQ(written().front().at("subject"), "user:asha@x.test");

  for (std::size_t user = 0; user <= RefusedCalls::kMostNamed; ++user) {
    refuse("POST /a", "203.0.113.7", "user:" + std::to_string(user));
  }
  const auto several = written().front();
  EXPECT_FALSE(several.contains("subject"));
  EXPECT_EQ(several.at("details").at("named").as_array().size(), RefusedCalls::kMostNamed);
  EXPECT_EQ(count_in(several), static_cast<std::int64_t>(RefusedCalls::kMostNamed) + 1);
}

TEST_F(RefusedCallsTest, OfAFloodFromEverywhereAreBoundedAndStillCounted) {
  constexpr std::size_t kAddresses = RefusedCalls::kCapacity + 500;
  for (std::size_t at = 0; at < kAddresses; ++at) {
    refuse("POST /a", "10.0." + std::to_string(at / 256) + "." + std::to_string(at % 256));
  }
  const auto records = written();
  ASSERT_EQ(records.size(), RefusedCalls::kCapacity + 1);
  const auto& rest = records.front();
  EXPECT_EQ(rest.at("reason"), "more calls than are told apart");
  EXPECT_EQ(count_in(rest), 500);
  EXPECT_FALSE(rest.contains("clientAddress"));
}

TEST_F(RefusedCallsTest, AreKeptAndStillBoundedWhileTheStoreCannotBeWritten) {
  store_.refuses = true;
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    refuse("POST /a", "203.0.113.7");
    for (std::size_t at = 0; at < RefusedCalls::kCapacity; ++at) {
      refuse("POST /" + std::to_string(round), "10.0." + std::to_string(at / 256) + "." + std::to_string(at % 256));
    }
    EXPECT_FALSE(refused_.write());
  }
  store_.refuses = false;
  const auto records = written();
  EXPECT_EQ(records.size(), RefusedCalls::kCapacity + 1);
  std::int64_t all = 0;
  for (const auto& record : records) all += count_in(record);
  EXPECT_EQ(all, kRounds * (static_cast<std::int64_t>(RefusedCalls::kCapacity) + 1));
}

}  // namespace
}  // namespace dwarpal::core
