// What the scenarios share: a network with an operator and the member FIP-1, which has an active admin and no secret
// yet, and words for the calls, so that a scenario reads like a transcript.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/server_fixture.hpp"
#include "support/fixed_clock.hpp"
#include "support/http_call.hpp"
#include "support/running_network.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::test {

using namespace std::chrono_literals;

inline const std::string kOperator = "operator@setu.test";
inline const std::string kMember = "FIP-1";
inline const std::string kAdmin = "admin@fip-1.test";
inline const std::string kSecond = "second@fip-1.test";      ///< not made yet
inline const std::string kNewcomer = "newcomer@fip-1.test";  ///< not made yet
inline const std::string kIssuer = "https://iam.setu.test/auth/realms/sahamati";
inline const std::string kPassword = "tangerine otter 91 march";
inline const std::string kOtherPassword = "umbrella cactus 27 violin";

inline const std::string kBadToken = "Invalid or expired access token";
inline const std::string kBadEntity = "Invalid entity id";
inline const std::string kBadSecret = "Invalid entity id/secret or secret is expired";
inline const std::string kBadPassword = "Invalid username/password or password is expired";
inline const std::string kBadLink = "The link is invalid, used or expired";
inline const std::string kNoAccess = "User doesn't have access to make this request";
inline const std::string kNoUser = "User doesn't exist";

class Scenario : public testing::Test {
 protected:
  Scenario();
  void SetUp() override;

  // Calls. A path is one below /iam/v1; a token is presented as a bearer token unless it is empty.
  static HttpCall json_call(std::string method, std::string_view path, const boost::json::object& body,
                            const std::string& token = {});
  static HttpCall form_call(std::string_view path, std::string body);
  static HttpCall get_call(std::string path);
  Reply ask(const HttpCall& call);
  Reply post(std::string_view path, const boost::json::object& body, const std::string& token = {});
  Reply put(std::string_view path, const boost::json::object& body, const std::string& token = {});
  Reply erase(std::string_view path, const boost::json::object& body, const std::string& token = {});
  Reply form(std::string_view path, std::string body);
  Reply get(std::string path);

  // People. They all have kPassword unless said.
  Reply sign_in(const std::string& email, const std::string& password = kPassword);
  /// A user token of this very moment.
  std::string token_of(const std::string& email);
  /// Registers a user and lets them set kPassword by the link.
  void make_user(const std::string& email);
  void make_admin(const std::string& email, const std::string& entity = kMember);
  /// Sets kPassword by the newest link that was mailed there.
  void activate(const std::string& email);
  void suspend_user(const std::string& email);
  void resume_user(const std::string& email);

  // Members.
  /// tests/examples/<type>.json for a member of that id, its admin being admin@<id in lower case>.test.
  static boost::json::object registration(std::string_view type, const std::string& id);
  /// Registers it and activates its admin.
  void make_member(std::string_view type, const std::string& id);
  void suspend_entity(const std::string& id = kMember);
  void resume_entity(const std::string& id = kMember);
  void deregister_entity(const std::string& id = kMember);

  // Secrets of FIP-1.
  /// A reset by the admin, who signed in this very moment.
  Reply reset(std::optional<int> days = {});
  Reply read();
  Reply entity_token(const std::string& secret, const std::string& id = kMember);
  /// What comes of a token call with the secret now: "ok", the warning, or "401".
  std::string use(const std::string& secret);
  static std::string expired_warning();
  static std::string replaced_warning(Instant until);

  // Time. Day 0 is the start.
  [[nodiscard]] Instant day(int days) const { return start_ + days * 24h; }
  void at(Instant now) { clock_.set(now); }

  RunningNetwork& network() { return *network_; }
  app::Node& node() { return network_->node(); }
  [[nodiscard]] const std::filesystem::path& data_directory() const { return directory_.path(); }
  static core::CallContext command_line() { return {.actor = core::Actor::command_line("root")}; }

  app::Settings settings_;  ///< to be changed in a constructor only
  FixedClock clock_;
  const Instant start_ = clock_.now();

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<RunningNetwork> network_;
  std::unique_ptr<http::TestClient> client_;
  std::map<std::string, std::pair<Instant, std::string>> tokens_;
};

/// `text` as a value of a form.
[[nodiscard]] std::string form_encoded(std::string_view text);

}  // namespace dwarpal::test
