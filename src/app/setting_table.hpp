// Every setting of the service, in one table: what is read, checked, shown and documented derives from it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/setting_kind.hpp"
#include "app/settings.hpp"

namespace dwarpal::app {

/// The values as they were given one by one; `Settings` has together what belongs together.
struct SettingsDraft {
  Settings settings;
  http::TlsFiles tls;
  delivery::SmtpSettings smtp;
  std::filesystem::path smtp_password_file;
  Secret master_key;
  Secret token_pin;
  std::filesystem::path token_pin_file;
};

/// Secrets stand neither in the file, which is shown around, nor in an argument, which everybody on the machine sees.
enum class GivenIn { AnyLayer, EnvironmentOnly };

struct Setting {
  std::string_view name;  ///< "server.listen": section and key
  GivenIn given_in;
  ValueType given_as;
  std::string kind;
  std::string expectation;  ///< goes on after "must be "
  std::string_view description;
  std::function<bool(SettingsDraft&, const SettingValue&)> set;  ///< false, without effect: not as expected
  std::function<std::string(const SettingsDraft&)> show;
};

/// Section by section.
[[nodiscard]] const std::vector<Setting>& setting_table();

/// Whether there are settings `<name>.<key>`.
[[nodiscard]] bool is_section(std::string_view name);

/// `DWARPAL_SERVER_LISTEN`
[[nodiscard]] std::string variable_of(const Setting& setting);

}  // namespace dwarpal::app
