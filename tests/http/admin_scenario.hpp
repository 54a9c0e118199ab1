// Words for /admin/v1, beside those of Scenario.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/scenario.hpp"

namespace dwarpal::test {

class AdminScenario : public Scenario {
 protected:
  /// A path is one below /admin/v1.
  static HttpCall call(std::string method, const std::string& path, const boost::json::object& body = {});
  /// By the operator.
  Reply look(const std::string& path);
  Reply act(const std::string& path, const boost::json::object& body = {});

  /// One member, a text, of each item of a list.
  static std::vector<std::string> each(const Reply& reply, std::string_view member);
  /// The same of all items of a list, read in pages of that size. The path ends in `?` or `&`.
  std::vector<std::string> in_pages_of(int limit, const std::string& path, std::string_view member);

  /// "action actor" of each refusal in the audit trail.
  std::vector<std::string> refusals_on_record();
  /// The newest record of that action.
  boost::json::object newest_record_of(std::string_view action);

 private:
  std::vector<boost::json::object> events();
};

}  // namespace dwarpal::test
