// The TOML file with settings.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/setting_kind.hpp"
#include "base/result.hpp"

namespace dwarpal::app {

struct FileSetting {
  std::string name;                   ///< "server.listen"
  std::string where;                  ///< "dwarpal.toml:12: "
  std::optional<SettingValue> value;  ///< none: of a type that no setting has, such as a date
};

/// All keys of the sections that there are; whatever else stands at the top comes by its own name.
[[nodiscard]] Result<std::vector<FileSetting>> read_settings_file(const std::filesystem::path& file);

}  // namespace dwarpal::app
