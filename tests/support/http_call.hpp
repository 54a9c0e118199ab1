// A request and its answer as a scenario writes them down, and the matchers that read the answer.
#pragma once

#include <gmock/gmock.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace dwarpal::test {

/// A request as it goes over the wire, however wrong. `Content-Length` is added.
struct HttpCall {
  std::string method = "POST";
  std::string path = {};
  std::vector<http::Header> headers = {};
  std::string body = {};
  std::string host = "iam.setu.test";

  [[nodiscard]] HttpCall with(std::string name, std::string value) const;
  [[nodiscard]] HttpCall without(std::string_view name) const;
  [[nodiscard]] HttpCall with_body(std::string text) const;
  /// With `Authorization: Bearer …`; an empty token adds nothing.
  [[nodiscard]] HttpCall by(const std::string& token) const;
  [[nodiscard]] std::string bytes() const;
};

struct Reply {
  unsigned status = 0;
  std::map<std::string, std::string> headers = {};  ///< names in lower case
  std::string body = {};

  /// The body; an empty object if it is none.
  [[nodiscard]] boost::json::object json() const;
  /// A member of the body; empty, or 0, if it is not there.
  [[nodiscard]] std::string text(std::string_view member) const;
  [[nodiscard]] std::int64_t number(std::string_view member) const;
  [[nodiscard]] bool has(std::string_view member) const { return json().contains(member); }
  /// A header; empty if it is not there.
  [[nodiscard]] std::string header(const std::string& name) const;
};
void PrintTo(const Reply& reply, std::ostream* stream);  // NOLINT(readability-identifier-naming): GoogleTest's name

/// What an answer of the IAM API breaks of the rules that all of them keep (envelope, headers); empty: nothing.
[[nodiscard]] std::string broken_common_rule(const Reply& reply);

/// A 200 that keeps the common rules and has these members, among others.
[[nodiscard]] testing::Matcher<const Reply&> is_answered(boost::json::object members = {});
/// An error that keeps the common rules, with exactly this message.
[[nodiscard]] testing::Matcher<const Reply&> is_refused(unsigned status, const std::string& message);
/// The same where the contract leaves the words open, but wants the field named in them.
[[nodiscard]] testing::Matcher<const Reply&> is_refused_naming(unsigned status, const std::string& field);

}  // namespace dwarpal::test
