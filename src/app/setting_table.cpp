#include "app/setting_table.hpp"

#include <algorithm>
#include <iterator>

#include "app/key_settings.hpp"
#include "app/setting_builder.hpp"
#include "app/setting_rules.hpp"
#include "base/text.hpp"
#include "delivery/outgoing_mail.hpp"
#include "http/server/client_address.hpp"

namespace dwarpal::app {

namespace {

using namespace std::chrono_literals;
using core::Policy;
using core::Profile;
using core::TimestampUnit;
using delivery::SmtpSettings;
using http::PoolSettings;
using http::ServerSettings;
using http::ServerTimeouts;

constexpr Duration kDay = 24h;
constexpr Duration kLongest = core::kLongestLifetime;

// What a list or a text must be that has no type of its own.

bool is_network_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && delivery::is_one_line(text);
}

bool is_audience(const std::vector<std::string>& audience) {
  return !audience.empty() && std::ranges::all_of(audience, [](const std::string& name) {
    return !name.empty() && is_printable_ascii(name);
  });
}

bool are_proxies(const std::vector<std::string>& proxies) { return http::TrustedProxies::create(proxies).has_value(); }

SettingKind<std::int64_t> threads() { return whole_number(1, 256); }
SettingKind<std::int64_t> queue() { return whole_number(1, 1'000'000); }
SettingKind<Duration> timeout() { return duration(100ms, 1h); }
/// Tokens and links tell their lifetimes in seconds, secrets in days.
SettingKind<Duration> lifetime() { return duration(1s, kLongest, 1s); }
SettingKind<Duration> validity() { return duration(kDay, kLongest, kDay); }
SettingKind<Duration> grace() { return duration(0s, kLongest); }

/// The one value that two members keep.
Setting listen() {
  return {.name = "server.listen",
          .given_in = GivenIn::AnyLayer,
          .given_as = ValueType::Text,
          .kind = "HOST:PORT",
          .expectation = "HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
          .description = "Where to listen: a name or an address, an IPv6 address in brackets. Port 0 takes a free one.",
          .set =
              [](SettingsDraft& draft, const SettingValue& given) {
                const auto* text = std::get_if<std::string>(&given);
                const auto address = text == nullptr ? std::nullopt : parse_listen_address(*text);
                if (!address) return false;
                draft.settings.server.host = address->host;
                draft.settings.server.port = address->port;
                return true;
              },
          .show =
              [](const SettingsDraft& draft) {
                const auto& server = draft.settings.server;
                return to_string(ListenAddress{.host = server.host, .port = server.port});
              }};
}

std::vector<Setting> network_settings() {
  return {
      setting("data.directory", path(), in_settings(&Settings::data_directory),
              "Where the store lies, and a sandbox's master key. Made, for its owner alone, if missing."),
      setting("network.profile",
              one_of<std::optional<Profile>>({{to_string(Profile::Sandbox), Profile::Sandbox},
                                              {to_string(Profile::Uat), Profile::Uat},
                                              {to_string(Profile::Production), Profile::Production}}),
              in_settings(&Settings::profile),
              "What the network is for. The store remembers it and refuses another. When it is not given, the store's "
              "counts, and a new store is a sandbox."),
      setting(
          "network.realm", text("1 to 64 letters, digits, `-`, `_` and `.`", is_realm), in_policy(&Policy::realm),
          "The last part of the issuer, `<public base URL>/auth/realms/<realm>`: letters, digits, `-`, `_` and `.`. "
          "Every verifier knows it, so it stays what it is once the network runs."),
      setting("network.name", text("one line of 1 to 100 bytes", is_network_name), in_policy(&Policy::network_name),
              "The network's name in mails. Passwords that build on it count as weak."),
      setting("network.audience", list_of_texts("a list of texts that are not empty", is_audience),
              in_policy(&Policy::audience), "The claim `aud` of tokens. One is written as a text, several as a list."),
      setting("network.entity_scope", text("names with one space between", is_scope), in_policy(&Policy::entity_scope),
              "The claim `scope` of entity tokens."),
      setting("network.entity_tokens_may_add_users", true_or_false(), in_policy(&Policy::entity_tokens_may_add_users),
              "Whether an entity token, too, may link users to its entity. In a sandbox only."),
      setting(
          "network.expires_on_unit",
          one_of<TimestampUnit>({{"milliseconds", TimestampUnit::Milliseconds}, {"seconds", TimestampUnit::Seconds}}),
          in_policy(&Policy::expires_on_unit),
          "The unit of `expiresOn` in answers about secrets. Deployed clients read milliseconds."),
      setting(
          "network.private_key_jwt", true_or_false(), in_policy(&Policy::private_key_jwt),
          "Whether an entity may authenticate at the OAuth 2.0 endpoints by its registered key (`private_key_jwt`) in "
          "place of its secret."),
  };
}

std::vector<Setting> server_settings() {
  return {
      listen(),
      setting(
          "server.public_base_url",
          text("an absolute http or https URL without query, fragment, user and slash at the end", is_base_url),
          in_policy(&Policy::public_base_url),
          "Where clients reach the service: an http or https URL, with a path if need be, but without a slash at the "
          "end. The issuer and the links in mails begin with it. Without it a sandbox uses where it listens."),
      setting("server.tls_in_front", true_or_false(), in_settings(&Settings::tls_in_front),
              "Says that a proxy in front of the service speaks TLS with the clients."),
      setting("server.trusted_proxies", list_of_texts("a list of IP addresses and CIDR blocks", are_proxies),
              in_server(&ServerSettings::trusted_proxies),
              "The proxies whose `X-Forwarded-For` is believed: IP addresses and CIDR blocks. Limits count by the "
              "client's address, so name the proxies in front of the service here."),
      setting("server.header_limit", size(1024, 1 << 20), in_server(&ServerSettings::header_limit),
              "The most that the request line and the header fields may take up."),
      setting("server.body_limit", size(1024, 64 << 20), in_server(&ServerSettings::body_limit),
              "The most that a request's body may take up."),
      setting("server.max_connections", whole_number(1, 1'000'000), in_server(&ServerSettings::max_connections),
              "Connections at once. One more is answered 503 and closed; with TLS it is only closed."),
      setting("server.loops", whole_number(0, 256), in_server(&ServerSettings::loops),
              "Threads that read, sign and answer. 0: one for each CPU that the process may use."),
      setting("server.store_threads", threads(), in_pool(&ServerSettings::store, &PoolSettings::threads),
              "Threads for what waits for the store."),
      setting("server.store_queue", queue(), in_pool(&ServerSettings::store, &PoolSettings::queue),
              "Requests that may wait for one of these threads. One more is answered 503."),
      setting("server.password_threads", threads(), in_pool(&ServerSettings::password, &PoolSettings::threads),
              "Threads, of low priority, that hash passwords."),
      setting(
          "server.password_queue", queue(), in_pool(&ServerSettings::password, &PoolSettings::queue),
          "Requests that may wait for one of these threads. One more is answered 503, and so is one from an address "
          "that has as many waiting as there are places left."),
      setting("server.idle_timeout", timeout(), in_timeouts(&ServerTimeouts::idle),
              "How long a connection may be silent between two requests."),
      setting("server.header_timeout", timeout(), in_timeouts(&ServerTimeouts::header),
              "How long a request's header may take from its first byte on."),
      setting("server.body_timeout", timeout(), in_timeouts(&ServerTimeouts::body),
              "How long a request's body may take."),
      setting("server.write_timeout", timeout(), in_timeouts(&ServerTimeouts::write),
              "How long a client may take to read an answer, or each 256 KiB of a longer one."),
      setting("tls.certificate", path(), in_tls(&http::TlsFiles::certificate),
              "PEM file with the certificate chain, the server's own first. With it the service speaks TLS itself."),
      setting("tls.key", path(), in_tls(&http::TlsFiles::key), "PEM file with the certificate's private key."),
  };
}

std::vector<Setting> lifetime_settings() {
  return {
      setting("tokens.user_lifetime", lifetime(), in_policy(&Policy::user_token_lifetime),
              "How long a user token is good for."),
      setting("tokens.operator_lifetime", lifetime(), in_policy(&Policy::operator_token_lifetime),
              "The same for a user who is an operator of the network."),
      setting("tokens.entity_lifetime", lifetime(), in_policy(&Policy::entity_token_lifetime),
              "How long an entity token is good for."),
      setting("secrets.validity_default", validity(), in_policy(&Policy::secret_validity_default),
              "How long a secret is valid when the reset does not say. Not more than the maximum."),
      setting("secrets.validity_maximum", validity(), in_policy(&Policy::secret_validity_maximum),
              "The longest validity that a reset may ask for."),
      setting("secrets.grace_after_expiry", grace(), in_policy(&Policy::grace_after_expiry),
              "How long an expired secret still works, with a warning."),
      setting("secrets.grace_after_replacement", grace(), in_policy(&Policy::grace_after_replacement),
              "How long a secret still works, with a warning, once a newer one was made. `0s` ends it at once."),
      setting("secrets.limited_by_user_token", true_or_false(), in_policy(&Policy::user_token_limits_secret),
              "Whether a secret expires with the user token that asked for it, if that is earlier."),
      setting("users.activation_link_lifetime", lifetime(), in_policy(&Policy::activation_link_lifetime),
              "How long the link in an invitation works."),
      setting("users.password_link_lifetime", lifetime(), in_policy(&Policy::password_link_lifetime),
              "How long the link to set a new password works."),
      setting("users.password_lifetime", duration_or_none(1s, kLongest), in_policy(&Policy::password_lifetime),
              "After what time a password must be replaced."),
      setting("users.password_minimum_length", whole_number(8, 128), in_policy(&Policy::password_minimum_length),
              "The fewest characters that a password may have."),
  };
}

std::vector<Setting> limit_settings() {
  constexpr std::int64_t kMostFailures = 1'000'000;
  return {
      setting("limits.password_failures", whole_number(0, kMostFailures), in_policy(&Policy::password_failures),
              "Wrong passwords in a row for one email from one address that cost no delay."),
      setting("limits.password_failures_anywhere", whole_number(0, kMostFailures),
              in_policy(&Policy::password_failures_anywhere),
              "Wrong passwords in a row for one email from anywhere that cost no delay. Who has signed in from an "
              "address before is not slowed there by others."),
      setting("limits.secret_failures", whole_number(0, kMostFailures), in_policy(&Policy::secret_failures),
              "Refused entity tokens for one address that are no 429 yet, and as many links that are not good. A right "
              "secret or link is never refused."),
      setting("limits.mail_pause", duration(0s, kDay), in_policy(&Policy::mail_pause),
              "A link is not mailed again while an unused one is younger than this."),
      setting("limits.mails_a_day", whole_number(1, 1000), in_policy(&Policy::mails_a_day),
              "Mails with a link that one user is sent within 24 hours."),
  };
}

std::vector<Setting> audit_settings() {
  return {
      setting("audit.token_events",
              one_of<core::TokenEventCommit>(
                  {{"batched", core::TokenEventCommit::Batched}, {"durable", core::TokenEventCommit::Durable}}),
              in_policy(&Policy::token_events),
              "Whether the answer to a token call waits until its record is on disk (`durable`), or the records follow "
              "in groups, moments later (`batched`)."),
      setting("audit.retention", duration(0s, kLongest), in_policy(&Policy::audit_retention),
              "How long a record stays in the store at least. 180 days or more outside of a sandbox."),
      setting("audit.archive_directory", path(), in_settings(&Settings::audit_archive_directory),
              "Where older records go, into files; then they are removed from the store. Without it none is removed."),
  };
}

std::vector<Setting> mail_and_log_settings() {
  return {
      setting("smtp.host", text("a host name or an IP address", [](std::string_view) { return true; }),
              in_smtp(&SmtpSettings::host),
              "The mail server. Without it no mail is sent: mails stay in the outbox, where an operator reads them."),
      setting("smtp.port", whole_number(1, 65535), in_smtp(&SmtpSettings::port), "The mail server's port."),
      setting("smtp.security",
              one_of<SmtpSettings::Security>({{"starttls", SmtpSettings::Security::StartTls},
                                              {"tls", SmtpSettings::Security::Tls},
                                              {"none", SmtpSettings::Security::None}}),
              in_smtp(&SmtpSettings::security),
              "Whether TLS begins by STARTTLS, which is then demanded, or with the connection. `none` is for a mail "
              "server on the same machine, and allows no login."),
      setting("smtp.username", text("a text", [](std::string_view) { return true; }), in_smtp(&SmtpSettings::username),
              "Who to log in as. Without it there is no login."),
      setting("smtp.password", secret(), in_smtp(&SmtpSettings::password),
              "The password of the login. In the environment only.", GivenIn::EnvironmentOnly),
      setting("smtp.password_file", path(), in_draft(&SettingsDraft::smtp_password_file),
              "File with the password, mode 0600 or stricter, instead of `smtp.password`."),
      setting("smtp.from", text("a mail address", delivery::is_mail_address), in_smtp(&SmtpSettings::from),
              "The sender's address. Needed with `smtp.host`."),
      setting("smtp.from_name", text("one line of text", delivery::is_one_line), in_smtp(&SmtpSettings::from_name),
              "The sender's name."),
      setting("smtp.ca_file", path(), in_smtp(&SmtpSettings::ca_file),
              "PEM file with the authorities to trust for the mail server's certificate, instead of the machine's."),
      setting("log.level",
              one_of<LogLevel>({{"debug", LogLevel::Debug},
                                {"info", LogLevel::Info},
                                {"warning", LogLevel::Warning},
                                {"error", LogLevel::Error}}),
              in_settings(&Settings::log_level), "The least weight of what is logged, to stderr."),
      setting("log.format", one_of<LogFormat>({{"text", LogFormat::Text}, {"json", LogFormat::Json}}),
              in_settings(&Settings::log_format), "`text` for people, `json` for programs, one object a line."),
  };
}

std::vector<Setting> make_table() {
  std::vector<Setting> table;
  for (auto&& part : {network_settings(), server_settings(), lifetime_settings(), limit_settings(), audit_settings(),
                      key_settings(), mail_and_log_settings()}) {
    std::ranges::copy(part, std::back_inserter(table));
  }
  return table;
}

}  // namespace

const std::vector<Setting>& setting_table() {
  static const std::vector<Setting> table = make_table();
  return table;
}

bool is_section(std::string_view name) {
  return std::ranges::any_of(setting_table(), [&](const Setting& setting) {
    return setting.name.starts_with(name) && setting.name.substr(name.size()).starts_with('.');
  });
}

std::string variable_of(const Setting& setting) {
  std::string variable = "DWARPAL_";
  std::ranges::transform(setting.name, std::back_inserter(variable), [](char letter) {
    if (letter == '.') return '_';
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return variable;
}

}  // namespace dwarpal::app
