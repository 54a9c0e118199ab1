// Sign-in by password: what the tests of UserTokens share.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/entity/entity_secret.hpp"
#include "core/user/user_tokens.hpp"
#include "crypto/base64url.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {

class RecordingSink final : public TokenEventSink {
 public:
  Result<> record(TokenEvent event) override {
    if (is_full) return fail(ErrorCode::Unavailable, "The service is temporarily unavailable");
    events.push_back(std::move(event));
    return {};
  }
  Result<> flush() override { return {}; }
  void when_committed(std::function<void(bool)> told) override { told(true); }
  std::size_t waiting() override { return 0; }

  std::vector<TokenEvent> events;
  bool is_full = false;
};

class UserTokensTest : public test::UserFixture {
 protected:
  static constexpr auto kRefusal = "Invalid username/password or password is expired";

  Result<IssuedToken> sign_in(std::string_view username, std::string_view password = test::kGoodPassword,
                              std::string address = "203.0.113.7") {
    return user_tokens_.sign_in(std::string(username), Secret::copy_of(password), anonymous(std::move(address)));
  }
  testing::AssertionResult is_refused(std::string_view username, std::string_view password,
                                      std::string address = "203.0.113.7") {
    return test::refused(sign_in(username, password, std::move(address)), ErrorCode::Unauthorized, kRefusal);
  }
  testing::AssertionResult is_put_off(std::string_view username, std::string_view password, std::string address,
                                      std::chrono::seconds wait) {
    const auto answer = sign_in(username, password, std::move(address));
    if (!answer && answer.error().retry_after != wait) {
      return testing::AssertionFailure() << "another wait than " << wait.count() << " s";
    }
    return test::refused(answer, ErrorCode::TooManyRequests, "Too many attempts");
  }
  /// From a new address each time that a tenth failure from one would come.
  void fail_from_anywhere(std::string_view username, int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(is_refused(username, "wrong", "198.51.100." + std::to_string(i / 9)));
    }
  }
  static boost::json::object claims_of(const IssuedToken& token) {
    const auto start = token.access_token.find('.') + 1;
    const auto payload = token.access_token.substr(start, token.access_token.find('.', start) - start);
    return boost::json::parse(*crypto::base64url_decode(payload)).as_object();
  }
  std::string newest_event() {
    return sink_.events.empty() ? "" : in_short(boost::json::parse(sink_.events.back().event).as_object());
  }
  void give_secret(const Entity& entity, std::int64_t number, std::optional<Instant> expires_at) {
    const EntitySecret secret{.state = {.number = number,
                                        .digest = crypto::sha256(entity.id.text() + std::to_string(number)),
                                        .created_at = test_.clock().now(),
                                        .expires_at = expires_at,
                                        .replaced_at = std::nullopt,
                                        .ended_at = std::nullopt,
                                        .last_used_at = std::nullopt},
                              .sealed = keys_.seal("secret", "row", random_)};
    write([&](Transaction& transaction) { return transaction.secrets().insert(entity.uuid, secret); });
  }

  RecordingSink sink_;
  std::unique_ptr<KeyRing> key_ring_ = *KeyRing::open(test_.store(), keys_, audit_, random_, test_.clock(), policy_);
  UserTokens user_tokens_{test_.store(), sink_, *key_ring_, decision_clock_, random_, hasher_, policy_};
};

}  // namespace dwarpal::core
