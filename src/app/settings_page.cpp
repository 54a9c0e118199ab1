// Keeps the tables of docs/configuration.md: `settings_page --check FILE` says whether they are what the program knows
// (exit code 1 if not), `settings_page --write FILE` writes them.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "app/settings.hpp"

namespace {

constexpr std::string_view kBegin = "<!-- written by settings_page: begin -->\n";
constexpr std::string_view kEnd = "<!-- written by settings_page: end -->\n";

std::string tables(const std::vector<dwarpal::app::SettingDescription>& settings) {
  std::string text;
  std::string section;
  for (const auto& setting : settings) {
    const auto dot = setting.name.find('.');
    if (const auto its_section = setting.name.substr(0, dot); its_section != section) {
      section = its_section;
      text += "\n### " + section + "\n\n| setting | kind | default | meaning |\n| --- | --- | --- | --- |\n";
    }
    const auto value = setting.default_value.empty() ? "" : '`' + setting.default_value + '`';
    text += "| `" + setting.name + "` | " + setting.kind + " | " + value + " | " + setting.description + " |\n";
  }
  return text + '\n';
}

/// Empty where the page has no place for the tables.
std::string with_tables(const std::string& page, const std::string& tables) {
  const auto begin = page.find(kBegin);
  const auto end = page.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return page.substr(0, begin + kBegin.size()) + tables + page.substr(end);
}

}  // namespace

int main(int count, char** texts) {
  const std::span<char*> arguments(texts, static_cast<std::size_t>(count));
  if (arguments.size() != 3) return 2;
  const std::string_view mode(arguments[1]);
  const std::string file(arguments[2]);

  const auto settings = dwarpal::app::describe_settings({}, {}, {});
  std::ifstream stream(file);
  const std::string page(std::istreambuf_iterator<char>(stream), {});
  const auto wanted = settings ? with_tables(page, tables(*settings)) : std::string();
  if (wanted.empty()) {
    std::cerr << file << " has no place for the tables of the settings\n";
    return 2;
  }
  if (mode == "--write") std::ofstream(file) << wanted;
  if (mode == "--check" && page != wanted) {
    std::cerr << file << " does not have the settings that the program has: run settings_page --write\n";
    return 1;
  }
  return 0;
}
