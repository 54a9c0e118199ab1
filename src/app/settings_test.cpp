#include "app/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_directory.hpp"

namespace dwarpal::app {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SettingsTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view content) {
    const auto path = directory_.path() / name;
    std::ofstream(path) << content;
    return path;
  }
  /// A settings file.
  std::filesystem::path file(std::string_view content) { return write("dwarpal.toml", content); }

  static Settings loaded(const std::filesystem::path& file, const SettingFlags& flags = {},
                         const Environment& environment = {}) {
    auto settings = load_settings(file, flags, environment);
    EXPECT_TRUE(settings) << settings.error().message;
    return settings ? *std::move(settings) : Settings{};
  }

  /// The message of what must not load; without the directory that the file lies in.
  std::string refusal(const std::filesystem::path& file, const SettingFlags& flags = {},
                      const Environment& environment = {}) {
    const auto settings = load_settings(file, flags, environment);
    if (settings) return "loaded";
    EXPECT_EQ(settings.error().code, ErrorCode::InvalidSetting);
    return directory_.left_out_of(settings.error().message);
  }
  std::string refusal_of(std::string_view content) { return refusal(file(content)); }
  std::string refusal_of(const Environment& environment) { return refusal({}, {}, environment); }

  static SettingDescription described(std::string_view name, const std::filesystem::path& file,
                                      const SettingFlags& flags = {}, const Environment& environment = {}) {
    const auto descriptions = describe_settings(file, flags, environment);
    EXPECT_TRUE(descriptions);
    const auto found = std::ranges::find(*descriptions, name, &SettingDescription::name);
    EXPECT_NE(found, descriptions->end()) << name;
    return *found;
  }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(SettingsTest, HaveDefaultsThatMakeASandbox) {
  const auto settings = loaded({});
  EXPECT_EQ(settings.data_directory, "dwarpal-data");
  EXPECT_FALSE(settings.profile);
  EXPECT_EQ(settings.server.host, "127.0.0.1");
  EXPECT_EQ(settings.server.port, 8080);
  EXPECT_FALSE(settings.smtp);
  EXPECT_FALSE(settings.master_key);
  EXPECT_TRUE(settings.master_key_file.empty());
  EXPECT_EQ(settings.policy.user_token_lifetime, 180 * 24h);
  EXPECT_TRUE(warnings(settings).empty());
}

TEST_F(SettingsTest, OfAHigherLayerGoOverThoseBelow) {
  const auto toml = file("[server]\nlisten = '127.0.0.2:2'\nloops = 2\nstore_threads = 2\n");
  const Environment environment = {{"DWARPAL_SERVER_LISTEN", "127.0.0.3:3"}, {"DWARPAL_SERVER_LOOPS", "3"}};
  const SettingFlags flags = {{"server.listen", "127.0.0.4:4"}};
  const auto settings = loaded(toml, flags, environment);
  EXPECT_EQ(settings.server.port, 4);
  EXPECT_EQ(settings.server.loops, 3U);
  EXPECT_EQ(settings.server.store.threads, 2U);
  EXPECT_EQ(settings.server.password.threads, 1U);

  EXPECT_EQ(described("server.listen", toml, flags, environment).source, "flag");
  EXPECT_EQ(described("server.loops", toml, flags, environment).source, "environment");
  EXPECT_EQ(described("server.store_threads", toml, flags, environment).source, "file");
  EXPECT_EQ(described("server.password_threads", toml, flags, environment).source, "default");
}

TEST_F(SettingsTest, AreRightInEachLayerEvenWhereAHigherOneCoversIt) {
  EXPECT_THAT(refusal(file("[server]\nloops = -1\n"), {}, {{"DWARPAL_SERVER_LOOPS", "3"}}),
              StartsWith("dwarpal.toml:2: server.loops must be"));
  EXPECT_THAT(refusal({}, {{"server.listen", "127.0.0.1:1"}}, {{"DWARPAL_SERVER_LISTEN", "8080"}}),
              StartsWith("DWARPAL_SERVER_LISTEN must be HOST:PORT"));
  EXPECT_THAT(refusal({}, {{"server.listen", "8080"}}), StartsWith("server.listen must be HOST:PORT"));
}

TEST_F(SettingsTest, ComeFromTheFileThatTheFlagNamesRatherThanTheVariable) {
  const auto one = write("one.toml", "[server]\nloops = 1\n");
  const auto two = write("two.toml", "[server]\nloops = 2\n");
  EXPECT_EQ(loaded({}, {}, {{"DWARPAL_CONFIG", one}}).server.loops, 1U);
  EXPECT_EQ(loaded(two, {}, {{"DWARPAL_CONFIG", one}}).server.loops, 2U);
  EXPECT_EQ(loaded({}, {}, {{"DWARPAL_CONFIG", ""}}).server.loops, 0U);
}

TEST_F(SettingsTest, AreAllReadFromTheFile) {
  const auto settings = loaded(file(R"(
[data]
directory = "/srv/network"
[network]
profile = "uat"
realm = "example"
name = "Example Network"
audience = ["account", "registry"]
entity_scope = "openid"
entity_tokens_may_add_users = true
expires_on_unit = "seconds"
private_key_jwt = false
[server]
listen = "[::1]:0"
public_base_url = "https://api.network.test/base"
tls_in_front = true
trusted_proxies = ["10.0.0.1", "fd00::/8"]
header_limit = "8KiB"
body_limit = "1MiB"
max_connections = 10
loops = 1
store_threads = 2
store_queue = 3
password_threads = 4
password_queue = 5
idle_timeout = "1m"
header_timeout = "2s"
body_timeout = "3s"
write_timeout = "4s"
[tls]
certificate = "chain.pem"
key = "key.pem"
[tokens]
user_lifetime = "24h"
operator_lifetime = "1h"
entity_lifetime = "30m"
[secrets]
validity_default = "30d"
validity_maximum = "60d"
grace_after_expiry = "1d"
grace_after_replacement = "0s"
limited_by_user_token = false
[users]
activation_link_lifetime = "24h"
password_link_lifetime = "30m"
password_lifetime = "90d"
password_minimum_length = 20
[limits]
password_failures = 1
password_failures_anywhere = 2
secret_failures = 3
mail_pause = "4m"
mails_a_day = 6
[keys]
master_key_file = "master.key"
[smtp]
host = "mail.network.test"
port = 465
security = "tls"
username = "dwarpal"
from = "no-reply@network.test"
from_name = "Example"
ca_file = "ca.pem"
[log]
level = "debug"
format = "json"
)"));
  EXPECT_EQ(settings.data_directory, "/srv/network");
  EXPECT_EQ(settings.profile, core::Profile::Uat);
  const auto& policy = settings.policy;
  EXPECT_EQ(policy.realm, "example");
  EXPECT_EQ(policy.network_name, "Example Network");
  EXPECT_EQ(policy.audience, (std::vector<std::string>{"account", "registry"}));
  EXPECT_EQ(policy.entity_scope, "openid");
  EXPECT_TRUE(policy.entity_tokens_may_add_users);
  EXPECT_EQ(policy.expires_on_unit, core::TimestampUnit::Seconds);
  EXPECT_FALSE(policy.private_key_jwt);
  EXPECT_EQ(policy.public_base_url, "https://api.network.test/base");
  EXPECT_EQ(policy.user_token_lifetime, 24h);
  EXPECT_EQ(policy.operator_token_lifetime, 1h);
  EXPECT_EQ(policy.entity_token_lifetime, 30min);
  EXPECT_EQ(policy.secret_validity_default, std::chrono::days(30));
  EXPECT_EQ(policy.secret_validity_maximum, std::chrono::days(60));
  EXPECT_EQ(policy.grace_after_expiry, 24h);
  EXPECT_EQ(policy.grace_after_replacement, 0s);
  EXPECT_FALSE(policy.user_token_limits_secret);
  EXPECT_EQ(policy.activation_link_lifetime, 24h);
  EXPECT_EQ(policy.password_link_lifetime, 30min);
  EXPECT_EQ(policy.password_lifetime, 90 * 24h);
  EXPECT_EQ(policy.password_minimum_length, 20U);
  EXPECT_EQ(policy.password_failures, 1);
  EXPECT_EQ(policy.password_failures_anywhere, 2);
  EXPECT_EQ(policy.secret_failures, 3);
  EXPECT_EQ(policy.mail_pause, 4min);
  EXPECT_EQ(policy.mails_a_day, 6);

  const auto& server = settings.server;
  EXPECT_EQ(server.host, "::1");
  EXPECT_EQ(server.port, 0);
  EXPECT_TRUE(settings.tls_in_front);
  EXPECT_EQ(server.trusted_proxies, (std::vector<std::string>{"10.0.0.1", "fd00::/8"}));
  EXPECT_EQ(server.header_limit, 8192U);
  EXPECT_EQ(server.body_limit, 1048576U);
  EXPECT_EQ(server.max_connections, 10U);
  EXPECT_EQ(server.loops, 1U);
  EXPECT_EQ(server.store.threads, 2U);
  EXPECT_EQ(server.store.queue, 3U);
  EXPECT_EQ(server.password.threads, 4U);
  EXPECT_EQ(server.password.queue, 5U);
  EXPECT_EQ(server.password.nice, 19);
  EXPECT_EQ(server.timeouts.idle, 1min);
  EXPECT_EQ(server.timeouts.header, 2s);
  EXPECT_EQ(server.timeouts.body, 3s);
  EXPECT_EQ(server.timeouts.write, 4s);
  ASSERT_TRUE(server.tls);
  EXPECT_EQ(server.tls->certificate, "chain.pem");
  EXPECT_EQ(server.tls->key, "key.pem");

  ASSERT_TRUE(settings.smtp);
  EXPECT_EQ(settings.smtp->host, "mail.network.test");
  EXPECT_EQ(settings.smtp->port, 465);
  EXPECT_EQ(settings.smtp->security, delivery::SmtpSettings::Security::Tls);
  EXPECT_EQ(settings.smtp->username, "dwarpal");
  EXPECT_EQ(settings.smtp->from, "no-reply@network.test");
  EXPECT_EQ(settings.smtp->from_name, "Example");
  EXPECT_EQ(settings.smtp->ca_file, "ca.pem");
  EXPECT_EQ(settings.master_key_file, "master.key");
  EXPECT_EQ(settings.log_level, LogLevel::Debug);
  EXPECT_EQ(settings.log_format, LogFormat::Json);
}

TEST_F(SettingsTest, MayAllBeGivenAsVariablesInTheWordsThatTheyAreShownIn) {
  const auto descriptions = describe_settings({}, {}, {});
  ASSERT_TRUE(descriptions);
  for (const auto& setting : *descriptions) {
    if (setting.default_value.empty()) continue;
    std::string variable = "DWARPAL_" + setting.name;
    for (auto& letter : variable) letter = letter == '.' ? '_' : static_cast<char>(std::toupper(letter));
    const auto again = described(setting.name, {}, {}, {{variable, setting.default_value}});
    EXPECT_EQ(again.value, setting.value) << variable;
    EXPECT_EQ(again.source, "environment") << variable;
  }
}

TEST_F(SettingsTest, ThatDoNotExistAreRefusedWithTheNearestName) {
  EXPECT_EQ(refusal_of("[server]\n\nlisen = '127.0.0.1:1'\n"),
            "dwarpal.toml:3: there is no setting server.lisen; is it server.listen?");
  EXPECT_EQ(refusal_of("[servr]\nlisten = '127.0.0.1:1'\n"), "dwarpal.toml:1: there is no setting servr");
  EXPECT_EQ(refusal_of("listen = '127.0.0.1:1'\n"), "dwarpal.toml:1: there is no setting listen");
  EXPECT_EQ(refusal_of("[elsewhere]\n"), "dwarpal.toml:1: there is no setting elsewhere");
  EXPECT_EQ(refusal_of("[server.tls]\nkey = 'a'\n"), "dwarpal.toml:1: there is no setting server.tls");
  EXPECT_EQ(refusal_of("server = 3\n"), "dwarpal.toml:1: server is a section, not a setting");
  EXPECT_EQ(refusal_of("[[server]]\nloops = 3\n"), "dwarpal.toml:1: server is a section, not a setting");
  EXPECT_EQ(refusal_of(Environment{{"DWARPAL_SERVER_LISEN", "127.0.0.1:1"}}),
            "DWARPAL_SERVER_LISEN: there is no setting DWARPAL_SERVER_LISEN; is it DWARPAL_SERVER_LISTEN?");
  EXPECT_EQ(refusal_of(Environment{{"DWARPAL_", ""}}), "DWARPAL_: there is no setting DWARPAL_");
  EXPECT_EQ(refusal({}, {{"server.listn", "127.0.0.1:1"}}), "there is no setting server.listn; is it server.listen?");
  EXPECT_EQ(refusal_of("[server]\n"), "loaded");
}

TEST_F(SettingsTest, MustHaveTheirOwnTypeInTheFile) {
  EXPECT_EQ(refusal_of("[server]\nloops = '3'\n"), "dwarpal.toml:2: server.loops must be a whole number from 0 to 256");
  EXPECT_THAT(refusal_of("[server]\nloops = 3.0\n"), StartsWith("dwarpal.toml:2: server.loops must be a whole number"));
  EXPECT_THAT(refusal_of("[tokens]\nuser_lifetime = 90\n"),
              AllOf(StartsWith("dwarpal.toml:2: tokens.user_lifetime must be a duration"), EndsWith("ms, s, m, h, d")));
  EXPECT_THAT(refusal_of("[server]\nbody_limit = 65536\n"), EndsWith("B, KiB, MiB"));
  EXPECT_THAT(refusal_of("[server]\ntls_in_front = 'true'\n"), EndsWith("must be true or false"));
  EXPECT_THAT(refusal_of("[server]\ntls_in_front = 1\n"), EndsWith("must be true or false"));
  EXPECT_THAT(refusal_of("[network]\naudience = 'account'\n"), HasSubstr("must be a list"));
  EXPECT_THAT(refusal_of("[network]\naudience = ['account', 1]\n"), HasSubstr("must be a list"));
  EXPECT_THAT(refusal_of("[network]\naudience = []\n"), HasSubstr("must be a list"));
  EXPECT_THAT(refusal_of("[network]\nname = 2024-01-01\n"), HasSubstr("network.name must be"));
  EXPECT_THAT(refusal_of("[data]\ndirectory = ''\n"), EndsWith("data.directory must be a path"));
}

TEST_F(SettingsTest, KeepToTheRulesOfTheirTexts) {
  EXPECT_THAT(refusal_of("[network]\nrealm = 'a/b'\n"), HasSubstr("network.realm must be"));
  EXPECT_THAT(refusal_of("[network]\nname = \"a\\nb\"\n"), HasSubstr("network.name must be"));
  EXPECT_THAT(refusal_of("[network]\nprofile = 'Production'\n"),
              EndsWith("network.profile must be one of sandbox, uat, production"));
  EXPECT_THAT(refusal_of("[server]\npublic_base_url = 'https://api.test/'\n"),
              HasSubstr("server.public_base_url must be an absolute http or https URL"));
  EXPECT_THAT(refusal_of("[server]\ntrusted_proxies = ['proxy.test']\n"),
              HasSubstr("server.trusted_proxies must be a list of IP addresses"));
  EXPECT_THAT(refusal_of("[smtp]\nhost = 'mail.test'\nfrom = 'nobody'\n"),
              EndsWith("smtp.from must be a mail address"));
  EXPECT_THAT(refusal_of("[users]\npassword_minimum_length = 7\n"), HasSubstr("must be a whole number from 8 to 128"));
  EXPECT_THAT(refusal_of("[users]\npassword_minimum_length = 129\n"),
              HasSubstr("must be a whole number from 8 to 128"));
  EXPECT_EQ(refusal_of("[users]\npassword_minimum_length = 8\n"), "loaded");
  EXPECT_EQ(refusal_of("[users]\npassword_minimum_length = 128\n"), "loaded");
}

TEST_F(SettingsTest, StandInAFileThatCanBeReadAsToml) {
  EXPECT_THAT(refusal_of("[server]\nloops = \n"), StartsWith("dwarpal.toml:2: "));
  EXPECT_THAT(refusal_of("[server]\nloops = 1\nloops = 2\n"), StartsWith("dwarpal.toml:3: "));
  EXPECT_EQ(refusal(file("").parent_path() / "missing.toml"), "missing.toml cannot be read");
  EXPECT_THAT(refusal(file("").parent_path()), EndsWith("cannot be read"));
  EXPECT_EQ(refusal_of(""), "loaded");
}

TEST_F(SettingsTest, ThatAreSecretComeFromTheEnvironmentOnly) {
  EXPECT_EQ(refusal_of("[keys]\nmaster_key = 'open sesame'\n"),
            "dwarpal.toml:2: keys.master_key is a secret: it is given in the variable DWARPAL_KEYS_MASTER_KEY");
  EXPECT_EQ(refusal_of("[smtp]\npassword = 'open sesame'\n"),
            "dwarpal.toml:2: smtp.password is a secret: it is given in the variable DWARPAL_SMTP_PASSWORD");
  EXPECT_EQ(refusal({}, {{"keys.master_key", "open sesame"}}),
            "keys.master_key is a secret: it is given in the variable DWARPAL_KEYS_MASTER_KEY");
  const auto settings = loaded({}, {}, {{"DWARPAL_KEYS_MASTER_KEY", "open sesame"}});
  ASSERT_TRUE(settings.master_key);
  EXPECT_EQ(settings.master_key->expose(), "open sesame");
}

TEST_F(SettingsTest, AreDescribedWithoutTheirSecrets) {
  const Environment environment = {{"DWARPAL_KEYS_MASTER_KEY", "open sesame"},
                                   {"DWARPAL_SMTP_PASSWORD", "open sesame"}};
  const auto descriptions = describe_settings({}, {}, environment);
  ASSERT_TRUE(descriptions);
  for (const auto& setting : *descriptions) {
    EXPECT_FALSE((setting.value + setting.default_value).contains("sesame")) << setting.name;
  }
  EXPECT_EQ(described("keys.master_key", {}, {}, environment).value, "(set)");
  EXPECT_EQ(described("smtp.password", {}, {}, environment).value, "(set)");
  EXPECT_EQ(described("keys.master_key", {}).value, "");
}

TEST_F(SettingsTest, RememberWhichOfThemAreNotTheDefaultWithoutTheirSecrets) {
  EXPECT_TRUE(loaded({}).changed.empty());
  const auto password_file = write("password", "open sesame").string();
  ::chmod(password_file.c_str(), 0600);
  const auto toml = file(
      "[secrets]\ngrace_after_expiry = '48h'\nvalidity_default = '180d'\n[smtp]\nhost = 'h.test'\n"
      "from = 'a@h.test'\nsecurity = 'tls'\npassword_file = '" +
      password_file + "'\n");
  const auto changed =
      loaded(toml, {{"data.directory", "/srv/d"}}, {{"DWARPAL_KEYS_MASTER_KEY", "open sesame"}}).changed;
  EXPECT_EQ(changed.at("secrets.grace_after_expiry"), "2d");
  EXPECT_EQ(changed.at("data.directory"), "/srv/d");
  EXPECT_EQ(changed.at("keys.master_key"), "(set)");
  EXPECT_EQ(changed.at("smtp.password_file"), password_file);
  EXPECT_FALSE(changed.contains("secrets.validity_default"));
  EXPECT_FALSE(changed.contains("smtp.password"));
  for (const auto& [name, value] : changed) EXPECT_FALSE(value.contains("sesame")) << name;
}

TEST_F(SettingsTest, AreDescribedInTheirOwnWords) {
  const auto toml = file("[secrets]\ngrace_after_expiry = '48h'\n[network]\naudience = ['a', 'b']\n");
  const auto grace = described("secrets.grace_after_expiry", toml);
  EXPECT_EQ(grace.kind, "duration, 0s to 3650d");
  EXPECT_EQ(grace.default_value, "5d");
  EXPECT_EQ(grace.value, "2d");
  EXPECT_FALSE(grace.description.empty());
  EXPECT_EQ(described("network.audience", toml).value, "a, b");
  EXPECT_EQ(described("network.profile", toml).value, "");
  EXPECT_EQ(described("server.listen", {}, {{"server.listen", "[::1]:80"}}).value, "[::1]:80");
  EXPECT_FALSE(describe_settings(file("[server]\nloops = -1\n"), {}, {}));
}

TEST_F(SettingsTest, OfTlsGoTogether) {
  EXPECT_EQ(refusal_of("[tls]\ncertificate = 'a.pem'\n"), "tls.certificate and tls.key go together: set both or none");
  EXPECT_EQ(refusal_of("[tls]\nkey = 'a.pem'\n"), "tls.certificate and tls.key go together: set both or none");
}

TEST_F(SettingsTest, OfTheDefaultValidityStayWithinTheMaximum) {
  EXPECT_EQ(refusal_of("[secrets]\nvalidity_default = '31d'\nvalidity_maximum = '30d'\n"),
            "secrets.validity_default must not be more than secrets.validity_maximum");
  EXPECT_EQ(refusal_of("[secrets]\nvalidity_default = '30d'\nvalidity_maximum = '30d'\n"), "loaded");
}

TEST_F(SettingsTest, NameOneMasterKeyOnly) {
  EXPECT_EQ(refusal(file("[keys]\nmaster_key_file = 'master.key'\n"), {}, {{"DWARPAL_KEYS_MASTER_KEY", "x"}}),
            "keys.master_key and keys.master_key_file are both set");
}

TEST_F(SettingsTest, OfMailNeedAHostAndASender) {
  EXPECT_EQ(refusal_of("[smtp]\nport = 25\n"), "smtp.port is set, but smtp.host is not");
  EXPECT_EQ(refusal_of("[smtp]\nhost = ''\nport = 25\n"), "smtp.port is set, but smtp.host is not");
  EXPECT_EQ(refusal_of(Environment{{"DWARPAL_SMTP_PASSWORD", "x"}}), "smtp.password is set, but smtp.host is not");
  EXPECT_EQ(refusal_of("[smtp]\nhost = 'mail.test'\n"), "smtp.host is set, but smtp.from is not");
  EXPECT_FALSE(loaded(file("[smtp]\nhost = ''\n")).smtp);
}

TEST_F(SettingsTest, OfMailTakeThePasswordFromAFileOrTheEnvironment) {
  const std::string mail = "[smtp]\nhost = 'mail.test'\nfrom = 'a@b.test'\nusername = 'a'\n";
  const Environment environment = {{"DWARPAL_SMTP_PASSWORD", "open sesame"}};
  const auto by_variable = loaded(file(mail), {}, environment);
  ASSERT_TRUE(by_variable.smtp);
  EXPECT_EQ(by_variable.smtp->password.expose(), "open sesame");

  const auto password = write("password", "open sesame\n");
  ::chmod(password.c_str(), 0600);
  const auto with_file = file(mail + "password_file = '" + password.string() + "'\n");
  const auto by_file = loaded(with_file);
  ASSERT_TRUE(by_file.smtp);
  EXPECT_EQ(by_file.smtp->password.expose(), "open sesame");
  EXPECT_EQ(refusal(with_file, {}, environment), "smtp.password and smtp.password_file are both set");
  ::chmod(password.c_str(), 0640);
  EXPECT_THAT(refusal(with_file), StartsWith("smtp.password_file: password has mode 0640"));
}

}  // namespace
}  // namespace dwarpal::app
