#include "support/http_call.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/error_code.hpp>
#include <ostream>
#include <regex>
#include <utility>

#include "base/text.hpp"

namespace dwarpal::test {

namespace {

const std::map<unsigned, std::string_view> kErrorCodes = {{400, "Bad Request"},        {401, "Unauthorized"},
                                                          {403, "Already Exists"},     {404, "Not Found"},
                                                          {405, "Method Not Allowed"}, {409, "Conflict"},
                                                          {413, "Payload Too Large"},  {415, "Unsupported Media Type"},
                                                          {429, "Too Many Requests"},  {500, "Internal Server Error"},
                                                          {503, "Service Unavailable"}};

std::string broken_header_rule(const Reply& reply) {
  if (reply.header("content-type") != "application/json") return "Content-Type";
  if (reply.header("cache-control") != "no-store") return "Cache-Control";
  if (reply.header("x-request-id").empty()) return "X-Request-Id";
  if (reply.header("www-authenticate") != (reply.status == 401 ? "Bearer" : "")) return "WWW-Authenticate";
  const bool asks_to_come_back = reply.status == 429 || reply.status == 503;
  if (asks_to_come_back && !std::regex_match(reply.header("retry-after"), std::regex("[1-9][0-9]*"))) {
    return "Retry-After";
  }
  for (const auto& [name, value] : reply.headers) {
    if (name == "server" || name.starts_with("access-control-")) return name;
  }
  return {};
}

class ReplyMatcher final : public testing::MatcherInterface<const Reply&> {
 public:
  ReplyMatcher(unsigned status, boost::json::object members, testing::Matcher<std::string> message)
      : status_(status), members_(std::move(members)), message_(std::move(message)) {}

  bool MatchAndExplain(const Reply& reply, testing::MatchResultListener* listener) const override {
    if (reply.status != status_) {
      *listener << "whose status is " << reply.status;
      return false;
    }
    if (const auto broken = broken_common_rule(reply); !broken.empty()) {
      *listener << "which breaks the common rules: " << broken;
      return false;
    }
    const auto body = reply.json();
    for (const auto& member : members_) {
      const auto* found = body.if_contains(member.key());
      if (found != nullptr && *found == member.value()) continue;
      *listener << "whose member " << std::string_view(member.key()) << " is another";
      return false;
    }
    return status_ == 200 || message_.MatchAndExplain(reply.text("errorMsg"), listener);
  }

  void DescribeTo(std::ostream* stream) const override {
    *stream << status_ << " with " << boost::json::serialize(members_);
    if (status_ == 200) return;
    *stream << " and a message that ";
    message_.DescribeTo(stream);
  }

 private:
  unsigned status_;
  boost::json::object members_;
  testing::Matcher<std::string> message_;
};

testing::Matcher<const Reply&> matcher(unsigned status, boost::json::object members,
                                       testing::Matcher<std::string> message) {
  return testing::Matcher<const Reply&>(new ReplyMatcher(status, std::move(members), std::move(message)));
}

}  // namespace

HttpCall HttpCall::with(std::string name, std::string value) const {
  auto call = *this;
  call.headers.push_back({std::move(name), std::move(value)});
  return call;
}

HttpCall HttpCall::without(std::string_view name) const {
  auto call = *this;
  std::erase_if(call.headers, [&](const http::Header& header) { return equals_ignoring_case(header.name, name); });
  return call;
}

HttpCall HttpCall::with_body(std::string text) const {
  auto call = *this;
  call.body = std::move(text);
  return call;
}

HttpCall HttpCall::by(const std::string& token) const {
  return token.empty() ? *this : with("Authorization", "Bearer " + token);
}

std::string HttpCall::bytes() const {
  auto text = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty()) text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  return text + "\r\n" + body;
}

boost::json::object Reply::json() const {
  boost::system::error_code error;
  const auto value = boost::json::parse(body, error);
  return !error && value.is_object() ? value.get_object() : boost::json::object();
}

std::string Reply::text(std::string_view member) const {
  const auto object = json();
  const auto* found = object.if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::int64_t Reply::number(std::string_view member) const {
  const auto object = json();
  const auto* found = object.if_contains(member);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

std::string Reply::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

void PrintTo(const Reply& reply, std::ostream* stream) {
  *stream << reply.status << "\n";
  for (const auto& [name, value] : reply.headers) *stream << "  " << name << ": " << value << "\n";
  *stream << "  " << reply.body << "\n";
}

std::string broken_common_rule(const Reply& reply) {
  if (const auto broken = broken_header_rule(reply); !broken.empty()) return broken;
  const auto body = reply.json();
  if (reply.text("ver") != "1.0.0") return "ver";
  static const std::regex timestamp(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z)");
  if (!std::regex_match(reply.text("timestamp"), timestamp)) return "timestamp";
  if (reply.text("txnId").empty()) return "txnId";
  if (std::ranges::any_of(body, [](const auto& member) { return member.value().is_null(); })) return "a null member";
  if (reply.status == 200) return reply.has("errorCode") || reply.has("errorMsg") ? "an error in a 200" : "";
  const auto code = kErrorCodes.find(reply.status);
  if (code == kErrorCodes.end() || reply.text("errorCode") != code->second) return "errorCode";
  if (reply.text("errorMsg").empty()) return "errorMsg";
  return body.size() == 5 ? "" : "a member that is none of an error";
}

testing::Matcher<const Reply&> is_answered(boost::json::object members) {
  return matcher(200, std::move(members), testing::_);
}

testing::Matcher<const Reply&> is_refused(unsigned status, const std::string& message) {
  return matcher(status, {}, testing::Eq(message));
}

testing::Matcher<const Reply&> is_refused_naming(unsigned status, const std::string& field) {
  return matcher(status, {}, testing::HasSubstr(field));
}

}  // namespace dwarpal::test
