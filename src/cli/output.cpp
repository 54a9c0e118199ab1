#include "cli/output.hpp"

#include <fmt/core.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace dwarpal::cli {

namespace {

/// A control character in a value from outside must not reach the terminal.
std::string cell(const boost::json::value* value) {
  if (value == nullptr || value->is_null()) return "-";
  if (!value->is_string()) return boost::json::serialize(*value);
  std::string text(value->get_string());
  std::ranges::replace_if(text, [](unsigned char letter) { return letter < 0x20 || letter == 0x7f; }, '?');
  return text;
}

}  // namespace

std::shared_ptr<Output> Output::for_command(CLI::App& command) {
  auto output = std::make_shared<Output>();
  command.add_flag("--json", output->json_, "Print JSON");
  return output;
}

void Output::list(const std::vector<Row>& rows, std::initializer_list<std::string_view> columns) const {
  if (json_) {
    boost::json::array array;
    for (const auto& row : rows) array.push_back(row);
    print_line(boost::json::serialize(array));
    return;
  }
  std::vector<std::vector<std::string>> lines(1);
  for (const auto column : columns) lines.front().emplace_back(column);
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const auto column : columns) line.push_back(cell(row.if_contains(column)));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& line : lines) {
    for (std::size_t at = 0; at < line.size(); ++at) widths[at] = std::max(widths[at], line[at].size());
  }
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t at = 0; at < line.size(); ++at) text += fmt::format("{:<{}}  ", line[at], widths[at]);
    text.erase(text.find_last_not_of(' ') + 1);
    print_line(text);
  }
}

void Output::one(const Row& row) const {
  if (json_) return print_line(boost::json::serialize(row));
  std::size_t width = 0;
  for (const auto& member : row) width = std::max(width, member.key().size());
  for (const auto& member : row) {
    print_line(fmt::format("{:<{}}  {}", std::string_view(member.key()), width, cell(&member.value())));
  }
}

void Output::done(std::string_view sentence, const Row& row) const {
  if (!json_) return print_line(sentence);
  Row answer{{"message", sentence}};
  for (const auto& member : row) answer.insert(member);
  print_line(boost::json::serialize(answer));
}

void print_line(std::string_view line) { fmt::print("{}\n", line); }

void print_warning(std::string_view sentence) { fmt::print(stderr, "warning: {}\n", sentence); }

boost::json::value text_of(std::optional<Instant> instant) {
  if (!instant) return nullptr;
  return boost::json::value(iso8601(*instant));
}

}  // namespace dwarpal::cli
