// What the registry's scenarios share: words for its calls, and what its answers look like.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/scenario.hpp"

namespace dwarpal::test {

class RegistryScenario : public Scenario {
 protected:
  // Paths are below /cr.
  Reply read(const std::string& path, const std::string& token);
  Reply list(const std::string& type, const std::string& token) { return read("/v2/entityInfo/" + type, token); }
  Reply record(const std::string& type, const std::string& id, const std::string& token) {
    return read("/v2/entityInfo/" + type + "/" + id, token);
  }
  Reply write(const std::string& method, const std::string& type, const boost::json::object& body,
              const std::string& token);
  Reply deregister(const std::string& type, const std::string& id, const std::string& token);

  /// Registers it and lets its admin make the first secret.
  void make_active(std::string_view type, const std::string& id);
  /// An entity token of this very moment.
  std::string token_of_entity(const std::string& id);
  std::string token_of_admin(const std::string& id);
  /// The record as FIP-1 was registered with, to be changed and put; without the designated user.
  static boost::json::object body_of(std::string_view type, const std::string& id);
  /// The newest audit record of that action.
  boost::json::object newest_audit(const std::string& action);

 private:
  std::map<std::string, std::pair<Instant, std::string>> entity_tokens_;
};

/// The `id` of each record of a list that keeps the rules of such answers; "?" for what is none.
[[nodiscard]] std::vector<std::string> ids_in(const Reply& list);
[[nodiscard]] boost::json::object& info_of(boost::json::object& record);

/// The registry's answer to anything but a read: exactly its two members, and the headers that all such answers have.
[[nodiscard]] testing::Matcher<const Reply&> is_response(unsigned status, const testing::Matcher<std::string>& text);
[[nodiscard]] testing::Matcher<const Reply&> is_written();
[[nodiscard]] testing::Matcher<const Reply&> is_unauthorized();
[[nodiscard]] testing::Matcher<const Reply&> is_not_found();
/// A 400 whose text names the field.
[[nodiscard]] testing::Matcher<const Reply&> is_bad(const std::string& field);

}  // namespace dwarpal::test
