// What commands print: tables for people, JSON for programs.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"

namespace CLI {
class App;
}

namespace dwarpal::cli {

using Row = boost::json::object;

/// `--json`, and where it leads. Shared by a command's declaration and its run.
class Output {
 public:
  /// Adds the flag to the command.
  static std::shared_ptr<Output> for_command(CLI::App& command);

  /// A table with these members of each row as columns, or a JSON array of the whole rows.
  void list(const std::vector<Row>& rows, std::initializer_list<std::string_view> columns) const;
  /// A line a member, or the JSON object.
  void one(const Row& row) const;
  /// What was done: the sentence; for programs with `message` in front of the row.
  void done(std::string_view sentence, const Row& row = {}) const;
  [[nodiscard]] bool is_json() const { return json_; }

 private:
  bool json_ = false;
};

/// Writes a line to standard output.
void print_line(std::string_view line);
/// Writes a line to standard error, about what was done all the same.
void print_warning(std::string_view sentence);

/// Null if there is none.
[[nodiscard]] boost::json::value text_of(std::optional<Instant> instant);

}  // namespace dwarpal::cli
