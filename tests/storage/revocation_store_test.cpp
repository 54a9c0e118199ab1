// Tokens that were revoked by their id.
#include <map>
#include <string>

#include "core/signing/revoked_tokens.hpp"
#include "storage/store_contract.hpp"

namespace dwarpal::test {

namespace {

using core::RevokedToken;
using core::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class RevocationStore : public StoreContract {
 protected:
  void revoke(const std::string& id, Instant expires_at) {
    write([&](Transaction& t) { return t.revocations().insert({.id = TokenId(id), .expires_at = expires_at}); });
  }
  std::map<std::string, Instant> list() {
    std::map<std::string, Instant> found;
    for (const auto& token : read([](Transaction& t) { return t.revocations().list(); })) {
      found.emplace(token.id.text(), token.expires_at);
    }
    return found;
  }
  std::int64_t remove_expired(Instant now) {
    return write([now](Transaction& t) { return t.revocations().remove_expired(now); });
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, RevocationStore, testing::ValuesIn(every_store()), store_name);

TEST_P(RevocationStore, KeepsATokenUntilItWouldHaveExpired) {
  EXPECT_THAT(list(), IsEmpty());
  revoke("a", at(5));
  revoke("b", at(7));
  EXPECT_EQ(remove_expired(at(4)), 0);
  EXPECT_EQ(remove_expired(at(5)), 1);
  EXPECT_THAT(list(), ElementsAre(Pair("b", at(7))));
  restart();
  EXPECT_THAT(list(), ElementsAre(Pair("b", at(7))));
}

TEST_P(RevocationStore, KeepsTheLaterExpiryOfATokenThatIsRevokedTwice) {
  revoke("a", at(5));
  revoke("a", at(9));
  revoke("a", at(3));
  EXPECT_THAT(list(), ElementsAre(Pair("a", at(9))));
}

TEST_P(RevocationStore, TellsTheListenerOfEachNewTokenAlone) {
  std::vector<std::string> told;
  const auto listen = [&](const core::StoreChange& change) {
    for (const auto& token : change.revoked_tokens) {
      told.push_back(token.id.text() + " " + std::to_string(unix_milliseconds(token.expires_at)));
    }
  };
  store().on_change(listen);
  revoke("a", at(5));
  EXPECT_THAT(told, ElementsAre("a 5"));
  told.clear();
  revoke("b", at(6));
  EXPECT_THAT(told, ElementsAre("b 6"));
  told.clear();
  remove_expired(at(5));
  EXPECT_THAT(told, IsEmpty());

  const auto beside = open_beside();
  must(beside->write([](Transaction& t) { return t.revocations().insert({.id = TokenId("c"), .expires_at = at(7)}); }));
  must(store().notice_changes());
  EXPECT_THAT(told, ElementsAre("c 7"));
  store().on_change({});
}

}  // namespace

}  // namespace dwarpal::test
