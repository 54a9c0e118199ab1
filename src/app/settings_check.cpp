#include <fmt/format.h>

#include "app/master_key.hpp"
#include "app/settings.hpp"
#include "delivery/smtp_client.hpp"
#include "http/server/server.hpp"

namespace dwarpal::app {

namespace {

using core::Profile;

std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  auto canonical = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : canonical;
}

bool lies_in(const std::filesystem::path& file, const std::filesystem::path& directory) {
  const auto relative = resolved(file).lexically_relative(resolved(directory));
  return !relative.empty() && *relative.begin() != "..";
}

/// In hours where they are whole.
std::string in_words(Duration duration) {
  const auto whole_hours = std::chrono::floor<std::chrono::hours>(duration);
  if (whole_hours == duration) return fmt::format("{} h", whole_hours.count());
  return fmt::format("{} s", std::chrono::floor<std::chrono::seconds>(duration).count());
}

}  // namespace

Result<> check_profile(const Settings& settings) {
  const auto& policy = settings.policy;
  if (policy.profile == Profile::Sandbox) return {};
  const auto refuse = [&](std::string_view demand) {
    return fail(ErrorCode::InvalidSetting,
                fmt::format("{}, because network.profile is {}", demand, core::to_string(policy.profile)));
  };
  if (!policy.public_base_url.starts_with("https:")) return refuse("server.public_base_url must be an https URL");
  if (!settings.server.tls && !settings.tls_in_front) {
    return refuse("tls.certificate and tls.key must be set, or server.tls_in_front must be true");
  }
  if (!settings.smtp) return refuse("smtp.host must be set");
  if (!names_master_key(settings)) {
    return refuse("keys.master_key_file, keys.master_key or keys.pkcs11_module must be set");
  }
  if (!settings.master_key_file.empty() && lies_in(settings.master_key_file, settings.data_directory)) {
    return refuse("keys.master_key_file must lie outside of data.directory");
  }
  if (policy.audit_retention < std::chrono::days(180)) return refuse("audit.retention must be 180d or more");
  if (policy.entity_tokens_may_add_users) return refuse("network.entity_tokens_may_add_users must be false");
  return {};
}

Result<> check_start(const Settings& settings) {
  TRY(check_profile(settings));
  TRY(check_master_key(settings));
  TRY(http::Server::check(settings.server));
  if (settings.smtp) TRY(delivery::SmtpClient::check(*settings.smtp));
  return {};
}

std::vector<std::string> warnings(const Settings& settings) {
  const auto& policy = settings.policy;
  std::vector<std::string> found;
  if (policy.user_token_limits_secret && policy.user_token_lifetime < policy.secret_validity_default) {
    found.push_back(fmt::format(
        "tokens.user_lifetime ({}) is below secrets.validity_default ({}): a secret expires with the user token "
        "that asked for it",
        in_words(policy.user_token_lifetime), in_words(policy.secret_validity_default)));
  }
  if (settings.smtp && settings.smtp->security == delivery::SmtpSettings::Security::None) {
    found.emplace_back("smtp.security is none: mails, and the links in them, go to the mail server in clear text");
  }
  if (settings.tls_in_front && settings.server.trusted_proxies.empty()) {
    found.emplace_back(
        "server.tls_in_front is true, but server.trusted_proxies is empty: limits take all clients for one, the proxy");
  }
  return found;
}

}  // namespace dwarpal::app
