// api/openapi.yaml and the table of routes say the same.
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "base/text.hpp"
#include "http/scenario.hpp"

namespace dwarpal::test {
namespace {

using OpenApi = Scenario;

std::string_view name_of(http::Method method) {
  switch (method) {
    case http::Method::Get: return "get";
    case http::Method::Post: return "post";
    case http::Method::Put: return "put";
    case http::Method::Delete: return "delete";
    case http::Method::Options: return "options";
    default: return "another";
  }
}

/// "post /iam/v1/user/register" for each operation of the document. HEAD goes with every GET.
std::set<std::string> described_calls() {
  std::ifstream file(DWARPAL_OPENAPI);
  std::set<std::string> calls;
  std::string path;
  std::smatch match;
  static const std::regex path_line("  (/[^:]*):");
  static const std::regex operation_line("    (get|put|post|delete|options|patch|trace):.*");
  bool in_paths = false;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != ' ') in_paths = line == "paths:";
    if (!in_paths) continue;
    if (std::regex_match(line, match, path_line)) path = match[1];
    else if (std::regex_match(line, match, operation_line)) calls.insert(match[1].str() + " " + path);
  }
  return calls;
}

TEST_F(OpenApi, DescribesEachRouteAndNothingElse) {
  std::set<std::string> served;
  for (const auto& [path, routes] : network().api().routes()) {
    auto pattern = std::regex_replace(path, std::regex("/auth/realms/sahamati"), "/auth/realms/{realm}");
    pattern = std::regex_replace(pattern, std::regex("^/console/assets/.*"), "/console/assets/{file}");
    for (const auto& route : routes) served.insert(std::string(name_of(route.method)) + " " + pattern);
  }
  EXPECT_EQ(described_calls(), served);
}

TEST_F(OpenApi, IsServedAsItIs) {
  std::ifstream file(DWARPAL_OPENAPI);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto reply = get("/openapi.yaml");
  EXPECT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.header("content-type"), "application/yaml");
  EXPECT_EQ(reply.body, text);
}

}  // namespace
}  // namespace dwarpal::test
