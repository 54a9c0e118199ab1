#include "app/settings_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "app/setting_table.hpp"

namespace dwarpal::app {

namespace {

std::optional<SettingValue> value_of(const toml::node& node) {
  if (const auto value = node.value_exact<bool>()) return *value;
  if (const auto value = node.value_exact<std::int64_t>()) return *value;
  if (auto value = node.value_exact<std::string>()) return std::move(*value);
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& item : *array) {
    auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

Result<std::string> content_of(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    return fail(ErrorCode::InvalidSetting, file.string() + " cannot be read");
  }
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Result<toml::table> parse(const std::string& content, const std::filesystem::path& file) {
  try {
    return toml::parse(content);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::InvalidSetting,
                fmt::format("{}:{}: {}", file.string(), error.source().begin.line, error.description()));
  }
}

}  // namespace

Result<std::vector<FileSetting>> read_settings_file(const std::filesystem::path& file) {
  const toml::table document = TRY(parse(TRY(content_of(file)), file));
  const auto at = [&](const toml::key& key) { return fmt::format("{}:{}: ", file.string(), key.source().begin.line); };
  std::vector<FileSetting> settings;
  for (const auto& [section, content] : document) {
    const auto* table = content.as_table();
    if (table == nullptr || !is_section(section.str())) {
      settings.push_back({.name = std::string(section.str()), .where = at(section), .value = value_of(content)});
      continue;
    }
    for (const auto& [key, node] : *table) {
      settings.push_back(
          {.name = fmt::format("{}.{}", section.str(), key.str()), .where = at(key), .value = value_of(node)});
    }
  }
  return settings;
}

}  // namespace dwarpal::app
