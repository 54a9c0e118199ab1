// Every setting of the service, and where its value came from.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/environment.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/policy.hpp"
#include "crypto/token_key.hpp"
#include "delivery/smtp_client.hpp"
#include "http/server/server.hpp"

namespace dwarpal::app {

/// What the service and the commands run on. Made by `load_settings`; a value in it was checked on its own.
struct Settings {
  std::filesystem::path data_directory = "dwarpal-data";
  /// None unless it was asked for: then the store's, or in a new store Sandbox.
  std::optional<core::Profile> profile;
  core::Policy policy;  ///< `profile` and an unset `public_base_url` are filled in later
  http::ServerSettings server;
  bool tls_in_front = false;  ///< a proxy in front of us speaks TLS
  std::optional<delivery::SmtpSettings> smtp;
  std::filesystem::path master_key_file;  ///< empty: none given
  std::optional<Secret> master_key;       ///< base64 of 32 bytes; from the environment only
  crypto::TokenAddress master_key_token;  ///< without a module: none given
  Secret token_pin;
  std::filesystem::path audit_archive_directory;  ///< empty: no record leaves the audit trail
  LogLevel log_level = LogLevel::Info;
  LogFormat log_format = LogFormat::Text;
  /// Settings whose value is not the default, as `describe_settings` shows it: of a secret, that it is set.
  std::map<std::string, std::string, std::less<>> changed;
};

/// Flags that a command was given, by the name of their setting ("server.listen").
using SettingFlags = std::map<std::string, std::string, std::less<>>;

/// Flags > environment (`DWARPAL_<SECTION>_<KEY>`) > the TOML file > defaults. `config_file` is --config, else
/// DWARPAL_CONFIG; empty: none. ErrorCode::InvalidSetting names the file, setting or variable: an unknown key, a
/// wrong type or unit, a value out of its range, an unknown DWARPAL_ variable, settings that contradict each other.
[[nodiscard]] Result<Settings> load_settings(const std::filesystem::path& config_file, const SettingFlags& flags,
                                             const Environment& environment = process_environment());

/// What only holds together: a profile's demands (docs/configuration.md). Production and Uat want TLS, SMTP, a master
/// key from outside the data directory, and a public base URL, and refuse what only a sandbox may do. Needs the
/// resolved profile in `settings.policy.profile`. ErrorCode::InvalidSetting naming the setting.
[[nodiscard]] Result<> check_profile(const Settings& settings);

/// What the start looks at before it makes anything: the profile's demands, the master key, the files and addresses
/// that settings name, the mail settings. Fails like each of them, and makes nothing.
[[nodiscard]] Result<> check_start(const Settings& settings);

/// What the start should warn of (a user token lifetime below the secrets' default validity, …), in words.
[[nodiscard]] std::vector<std::string> warnings(const Settings& settings);

/// One line of `dwarpal config reference`.
struct SettingDescription {
  std::string name;  ///< "secrets.grace_after_expiry"
  std::string kind;  ///< "duration, 1s to 3650d", "true or false", "one of a, b", "list of texts", …
  std::string default_value;
  std::string value;   ///< what is in force; "(set)" for a secret
  std::string source;  ///< "default", "file", "environment", "flag"
  std::string description;
};
/// Every setting, in the order of docs/configuration.md. It fails as load_settings does, but does not look at what only
/// holds together.
[[nodiscard]] Result<std::vector<SettingDescription>> describe_settings(
    const std::filesystem::path& config_file, const SettingFlags& flags,
    const Environment& environment = process_environment());

}  // namespace dwarpal::app
