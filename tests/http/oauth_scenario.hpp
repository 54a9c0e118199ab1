// Words for the standard endpoints, beside those of Scenario. FIP-1 has a secret, and AA-1 has one too.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>

#include "http/scenario.hpp"

namespace dwarpal::test {

inline const std::string kRealm = "/auth/realms/sahamati";
inline const std::string kTokenPath = kRealm + "/protocol/openid-connect/token";
inline const std::string kIntrospectPath = kTokenPath + "/introspect";
inline const std::string kRevokePath = kRealm + "/protocol/openid-connect/revoke";
inline const std::string kOther = "AA-1";

class OAuthScenario : public Scenario {
 protected:
  void SetUp() override;

  using Fields = std::map<std::string, std::string>;
  /// A form; values are encoded.
  static HttpCall oauth_call(const std::string& path, const Fields& fields);
  /// `Basic …` of the two as they are.
  static std::string basic(const std::string& id, const std::string& secret);
  /// Authenticated as FIP-1 by its secret.
  [[nodiscard]] HttpCall by_member(const std::string& path, const Fields& fields) const;

  Reply token_by_basic(const std::string& id, const std::string& secret);
  /// A good token of FIP-1 or AA-1.
  std::string fresh_token(const std::string& id = kMember);
  boost::json::object introspect(const std::string& token);
  bool is_active(const std::string& token) { return introspect(token).at("active").as_bool(); }

  std::string secret_;        ///< of FIP-1
  std::string other_secret_;  ///< of AA-1
};

/// An error of RFC 6749 §5.2 that keeps the rules of all of them; 401 with the Basic challenge.
[[nodiscard]] testing::Matcher<const Reply&> is_oauth_error(unsigned status, const std::string& error);
/// A 401 with the Bearer challenge of RFC 6750.
[[nodiscard]] testing::Matcher<const Reply&> is_bearer_refused();
/// A 200 that nobody may keep.
[[nodiscard]] testing::Matcher<const Reply&> is_oauth_answer();

}  // namespace dwarpal::test
