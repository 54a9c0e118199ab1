#include "app/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/secret_file.hpp"
#include "app/setting_table.hpp"
#include "app/settings_file.hpp"
#include "app/similar_name.hpp"

namespace dwarpal::app {

namespace {

constexpr std::string_view kConfigVariable = "DWARPAL_CONFIG";
constexpr std::string_view kFile = "file";
constexpr std::string_view kEnvironment = "environment";
constexpr std::string_view kFlag = "flag";

struct Loaded {
  SettingsDraft draft;
  std::map<std::string_view, std::string_view> sources;  ///< of what was given; the rest has its default
};

std::unexpected<Error> refuse(std::string message) { return fail(ErrorCode::InvalidSetting, std::move(message)); }

std::string name_of(const Setting& setting) { return std::string(setting.name); }

/// The setting that `spelling` spells like this; an error begins with `where`.
Result<const Setting*> setting_called(const std::string& where, std::string_view name,
                                      std::string (&spelling)(const Setting&)) {
  const auto found = std::ranges::find(setting_table(), name, spelling);
  if (found != setting_table().end()) return &*found;
  if (is_section(name)) return refuse(fmt::format("{}{} is a section, not a setting", where, name));
  std::vector<std::string> names;
  std::ranges::transform(setting_table(), std::back_inserter(names), spelling);
  const auto similar = most_similar(name, names);
  return refuse(fmt::format("{}there is no setting {}{}", where, name, similar ? "; is it " + *similar + "?" : ""));
}

/// `where` tells the place and the name. No error repeats the value, which may be a secret in the wrong place.
Result<> take(Loaded& loaded, const Setting& setting, const std::optional<SettingValue>& value,
              const std::string& where, std::string_view source) {
  if (setting.given_in == GivenIn::EnvironmentOnly && source != kEnvironment) {
    return refuse(fmt::format("{} is a secret: it is given in the variable {}", where, variable_of(setting)));
  }
  if (!value || !setting.set(loaded.draft, *value)) {
    return refuse(fmt::format("{} must be {}", where, setting.expectation));
  }
  loaded.sources[setting.name] = source;
  return {};
}

Result<> take_file(Loaded& loaded, const std::filesystem::path& file) {
  for (const auto& [name, where, value] : TRY(read_settings_file(file))) {
    TRY(take(loaded, *TRY(setting_called(where, name, name_of)), value, where + name, kFile));
  }
  return {};
}

Result<> take_environment(Loaded& loaded, const Environment& environment) {
  for (const auto& [variable, text] : environment) {
    if (variable == kConfigVariable) continue;
    const Setting& setting = *TRY(setting_called(variable + ": ", variable, variable_of));
    TRY(take(loaded, setting, read_text(setting.given_as, text), variable, kEnvironment));
  }
  return {};
}

Result<> take_flags(Loaded& loaded, const SettingFlags& flags) {
  for (const auto& [name, text] : flags) {
    const Setting& setting = *TRY(setting_called("", name, name_of));
    TRY(take(loaded, setting, read_text(setting.given_as, text), name, kFlag));
  }
  return {};
}

/// Later layers go over earlier ones, each of which must be right by itself.
Result<Loaded> load(std::filesystem::path file, const SettingFlags& flags, const Environment& environment) {
  const auto variable = environment.find(kConfigVariable);
  if (file.empty() && variable != environment.end()) file = variable->second;
  Loaded loaded;
  if (!file.empty()) TRY(take_file(loaded, file));
  TRY(take_environment(loaded, environment));
  TRY(take_flags(loaded, flags));
  return loaded;
}

Result<std::optional<delivery::SmtpSettings>> smtp_of(Loaded& loaded) {
  auto& [draft, sources] = loaded;
  if (draft.smtp.host.empty()) {
    for (const auto& [name, source] : sources) {
      if (name.starts_with("smtp.") && name != "smtp.host") {
        return refuse(fmt::format("{} is set, but smtp.host is not", name));
      }
    }
    return std::nullopt;
  }
  if (draft.smtp.from.empty()) return refuse("smtp.host is set, but smtp.from is not");
  if (!draft.smtp_password_file.empty()) {
    if (!draft.smtp.password.empty()) return refuse("smtp.password and smtp.password_file are both set");
    draft.smtp.password = TRY(read_secret_file(draft.smtp_password_file, "smtp.password_file"));
  }
  return std::move(draft.smtp);
}

/// One place for the master key at most, and what belongs to it.
Result<> complete_master_key(Loaded& loaded) {
  auto& draft = loaded.draft;
  auto& settings = draft.settings;
  if (!draft.master_key.empty()) {
    if (!settings.master_key_file.empty()) return refuse("keys.master_key and keys.master_key_file are both set");
    settings.master_key = std::move(draft.master_key);
  }
  if (settings.master_key_token.module.empty()) {
    for (const auto& [name, source] : loaded.sources) {
      if (name.starts_with("keys.pkcs11_"))
        return refuse(fmt::format("{} is set, but keys.pkcs11_module is not", name));
    }
    return {};
  }
  if (settings.master_key) return refuse("keys.master_key and keys.pkcs11_module are both set");
  if (!settings.master_key_file.empty()) return refuse("keys.master_key_file and keys.pkcs11_module are both set");
  if (settings.master_key_token.token.empty()) return refuse("keys.pkcs11_module is set, but keys.pkcs11_token is not");
  if (draft.token_pin.empty() == draft.token_pin_file.empty()) {
    return refuse("keys.pkcs11_module is set: set keys.pkcs11_pin or keys.pkcs11_pin_file, too, and not both");
  }
  settings.token_pin = draft.token_pin_file.empty()
                           ? std::move(draft.token_pin)
                           : TRY(read_secret_file(draft.token_pin_file, "keys.pkcs11_pin_file"));
  return {};
}

std::map<std::string, std::string, std::less<>> changed_settings(const SettingsDraft& draft) {
  const SettingsDraft defaults;
  std::map<std::string, std::string, std::less<>> changed;
  for (const auto& setting : setting_table()) {
    if (auto value = setting.show(draft); value != setting.show(defaults)) {
      changed.emplace(setting.name, std::move(value));
    }
  }
  return changed;
}

/// What belongs together, put together.
Result<Settings> complete(Loaded loaded) {
  auto smtp = TRY(smtp_of(loaded));
  TRY(complete_master_key(loaded));
  auto& settings = loaded.draft.settings;
  const auto& tls = loaded.draft.tls;
  settings.smtp = std::move(smtp);
  if (tls.certificate.empty() != tls.key.empty()) {
    return refuse("tls.certificate and tls.key go together: set both or none");
  }
  if (!tls.certificate.empty()) settings.server.tls = tls;
  if (settings.policy.secret_validity_default > settings.policy.secret_validity_maximum) {
    return refuse("secrets.validity_default must not be more than secrets.validity_maximum");
  }
  if (settings.policy.key_publish_ahead > settings.policy.key_rotation_period) {
    return refuse("keys.publish_ahead must not be more than keys.rotation_period");
  }
  return std::move(settings);
}

}  // namespace

Result<Settings> load_settings(const std::filesystem::path& config_file, const SettingFlags& flags,
                               const Environment& environment) {
  auto loaded = TRY(load(config_file, flags, environment));
  auto changed = changed_settings(loaded.draft);
  auto settings = TRY(complete(std::move(loaded)));
  settings.changed = std::move(changed);
  return settings;
}

Result<std::vector<SettingDescription>> describe_settings(const std::filesystem::path& config_file,
                                                          const SettingFlags& flags, const Environment& environment) {
  const Loaded loaded = TRY(load(config_file, flags, environment));
  const SettingsDraft defaults;
  std::vector<SettingDescription> descriptions;
  for (const auto& setting : setting_table()) {
    const auto source = loaded.sources.find(setting.name);
    descriptions.push_back({.name = std::string(setting.name),
                            .kind = setting.kind,
                            .default_value = setting.show(defaults),
                            .value = setting.show(loaded.draft),
                            .source = std::string(source == loaded.sources.end() ? "default" : source->second),
                            .description = std::string(setting.description)});
  }
  return descriptions;
}

}  // namespace dwarpal::app
