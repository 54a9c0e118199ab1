#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/settings.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::app {
namespace {

using namespace std::chrono_literals;
using core::Profile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What production is content with.
class ProfileTest : public ::testing::Test {
 protected:
  ProfileTest() {
    settings_.policy.profile = Profile::Production;
    settings_.policy.public_base_url = "https://api.network.test";
    settings_.tls_in_front = true;
    settings_.smtp.emplace();
    settings_.data_directory = directory_.path() / "data";
    settings_.master_key_file = directory_.path() / "master.key";
  }

  std::string refusal() {
    const auto checked = check_profile(settings_);
    if (checked) return "accepted";
    EXPECT_EQ(checked.error().code, ErrorCode::InvalidSetting);
    return checked.error().message;
  }

  test::TemporaryDirectory directory_;
  Settings settings_;
};

TEST_F(ProfileTest, SandboxDemandsNothing) {
  const Settings defaults;
  EXPECT_TRUE(check_profile(defaults));
  EXPECT_THAT(warnings(defaults), IsEmpty());
}

TEST_F(ProfileTest, UatHasTheRulesOfProduction) {
  EXPECT_EQ(refusal(), "accepted");
  settings_.policy.profile = Profile::Uat;
  EXPECT_EQ(refusal(), "accepted");
  settings_.smtp.reset();
  EXPECT_EQ(refusal(), "smtp.host must be set, because network.profile is uat");
}

TEST_F(ProfileTest, ProductionDemandsAnHttpsBaseUrl) {
  settings_.policy.public_base_url.clear();
  EXPECT_EQ(refusal(), "server.public_base_url must be an https URL, because network.profile is production");
  settings_.policy.public_base_url = "http://api.network.test";
  EXPECT_THAT(refusal(), HasSubstr("server.public_base_url"));
}

TEST_F(ProfileTest, ProductionDemandsTlsOfItsOwnOrInFront) {
  settings_.tls_in_front = false;
  EXPECT_THAT(refusal(), HasSubstr("server.tls_in_front must be true"));
  settings_.server.host = "0.0.0.0";
  EXPECT_THAT(refusal(), HasSubstr("server.tls_in_front must be true"));
  settings_.server.tls = http::TlsFiles{.certificate = "chain.pem", .key = "key.pem"};
  EXPECT_EQ(refusal(), "accepted");
  settings_.server.tls.reset();
  settings_.tls_in_front = true;
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(ProfileTest, ProductionDemandsMail) {
  settings_.smtp.reset();
  EXPECT_EQ(refusal(), "smtp.host must be set, because network.profile is production");
}

TEST_F(ProfileTest, ProductionDemandsAMasterKeyThatIsGiven) {
  settings_.master_key_file.clear();
  EXPECT_THAT(refusal(), HasSubstr("keys.master_key_file, keys.master_key or keys.pkcs11_module must be set"));
  settings_.master_key = Secret::copy_of("a key");
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(ProfileTest, ProductionDemandsAMasterKeyFromOutsideTheDataDirectory) {
  const auto lies_inside = HasSubstr("keys.master_key_file must lie outside of data.directory");
  const auto data = settings_.data_directory;
  settings_.master_key_file = data / "master.key";
  EXPECT_THAT(refusal(), lies_inside);
  settings_.master_key_file = data / "keys" / "master.key";
  EXPECT_THAT(refusal(), lies_inside);
  settings_.master_key_file = directory_.path() / "elsewhere" / ".." / "data" / "master.key";
  EXPECT_THAT(refusal(), lies_inside);
  settings_.data_directory = data.string() + "/";
  EXPECT_THAT(refusal(), lies_inside);
  settings_.master_key_file = data / ".." / "master.key";
  EXPECT_EQ(refusal(), "accepted");
  settings_.master_key_file = directory_.path() / "data2" / "master.key";
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(ProfileTest, ProductionFollowsLinksToTheMasterKey) {
  std::filesystem::create_directory(settings_.data_directory);
  std::filesystem::create_directory_symlink(settings_.data_directory, directory_.path() / "link");
  settings_.master_key_file = directory_.path() / "link" / "master.key";
  EXPECT_THAT(refusal(), HasSubstr("must lie outside"));
}

TEST_F(ProfileTest, ProductionResolvesRelativePaths) {
  settings_.data_directory = "data";
  settings_.master_key_file = std::filesystem::current_path() / "data" / "master.key";
  EXPECT_THAT(refusal(), HasSubstr("must lie outside"));
  settings_.master_key_file = "keys/master.key";
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(ProfileTest, ProductionRefusesEntityTokensThatAddUsers) {
  settings_.policy.entity_tokens_may_add_users = true;
  EXPECT_THAT(refusal(), HasSubstr("network.entity_tokens_may_add_users must be false"));
}

TEST(CheckOfTheStart, FindsWhatTheStartWouldRefuse) {
  const test::TemporaryDirectory directory;
  const auto refusal_after = [&](const auto& change) {
    Settings settings;
    settings.data_directory = directory.path() / "data";
    change(settings);
    const auto checked = check_start(settings);
    return checked ? std::string("accepted") : checked.error().message;
  };
  EXPECT_EQ(refusal_after([](Settings&) {}), "accepted");
  EXPECT_THAT(refusal_after([&](Settings& settings) { settings.master_key_file = directory.path() / "none"; }),
              HasSubstr("keys.master_key_file"));
  EXPECT_THAT(refusal_after([](Settings& settings) { settings.master_key = Secret::copy_of("short"); }),
              HasSubstr("keys.master_key"));
  EXPECT_THAT(refusal_after([](Settings& settings) { settings.smtp.emplace().host = "a b"; }), HasSubstr("smtp.host"));
  EXPECT_THAT(refusal_after([](Settings& settings) { settings.server.trusted_proxies = {"nowhere"}; }),
              HasSubstr("server.trusted_proxies"));
  EXPECT_THAT(refusal_after([](Settings& settings) { settings.server.tls = {.certificate = "none", .key = "none"}; }),
              HasSubstr("tls.certificate"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "data"));
}

TEST_F(ProfileTest, ProductionKeepsAuditRecordsForHalfAYear) {
  settings_.policy.audit_retention = 180 * 24h - 1ms;
  EXPECT_THAT(refusal(), HasSubstr("audit.retention must be 180d or more"));
  settings_.policy.audit_retention = 180 * 24h;
  EXPECT_EQ(refusal(), "accepted");
}

TEST(Warnings, TellOfUserTokensThatEndBeforeTheSecrets) {
  Settings settings;
  settings.policy.user_token_lifetime = 180 * 24h - 1s;
  EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("tokens.user_lifetime (15551999 s) is below "
                                                        "secrets.validity_default (4320 h)")));
  settings.policy.user_token_lifetime = 8h;
  EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("tokens.user_lifetime (8 h) is below")));
  settings.policy.user_token_lifetime = 8s;
  EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("tokens.user_lifetime (8 s) is below")));
  settings.policy.user_token_limits_secret = false;
  EXPECT_THAT(warnings(settings), IsEmpty());
}

TEST(Warnings, TellOfMailsInClearText) {
  Settings settings;
  settings.smtp.emplace();
  EXPECT_THAT(warnings(settings), IsEmpty());
  settings.smtp->security = delivery::SmtpSettings::Security::None;
  EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("smtp.security")));
}

TEST(Warnings, TellOfAProxyThatIsNotTrusted) {
  Settings settings;
  settings.tls_in_front = true;
  EXPECT_THAT(warnings(settings), ElementsAre(HasSubstr("server.trusted_proxies")));
  settings.server.trusted_proxies = {"127.0.0.1"};
  EXPECT_THAT(warnings(settings), IsEmpty());
}

}  // namespace
}  // namespace dwarpal::app
