#include "app/master_key_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "app/master_key.hpp"
#include "crypto/base64url.hpp"
#include "crypto/system_random.hpp"
#include "support/fixed_clock.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::app {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class MasterKeyChange : public ::testing::Test {
 protected:
  MasterKeyChange() {
    settings_.data_directory = data_;
    settings_.policy.signing_algorithm = crypto::SignatureAlgorithm::ES256;
  }

  Result<std::unique_ptr<Node>> open() {
    return Node::open(settings_, Opening::CreateIfMissing, {.clock = clock_, .random = random_, .log = log_});
  }
  Result<std::string> rotate(const NewMasterKey& wanted = {}) {
    return rotate_master_key(**open(), wanted, {.actor = core::Actor::command_line("root")});
  }
  std::string why_not() {
    const auto node = open();
    if (node) return "opened";
    EXPECT_EQ(node.error().code, ErrorCode::InvalidSetting);
    return node.error().message;
  }
  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static constexpr const char* kKept = "master.key.until-2026-01-01T00:00:00.000Z";
  /// As if the command had been killed before its last step.
  void end_before_replacement() const {
    std::filesystem::rename(master_key_in(data_), data_ / "master.key.new");
    std::filesystem::copy_file(data_ / kKept, master_key_in(data_));
    ::chmod(master_key_in(data_).c_str(), 0600);
  }
  [[nodiscard]] std::vector<std::string> key_files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(data_)) {
      const auto name = file.path().filename().string();
      if (name.starts_with("master.key")) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  test::FixedClock clock_;
  crypto::SystemRandom random_;
  Log log_{LogLevel::Error, LogFormat::Text};
  test::TemporaryDirectory directory_;
  const std::filesystem::path data_ = directory_.path() / "data";
  const std::filesystem::path file_ = directory_.path() / "other.key";
  Settings settings_;
};

TEST_F(MasterKeyChange, ReplacesTheFileOfTheKeyAndKeepsTheOneBefore) {
  EXPECT_EQ(why_not(), "opened");
  const auto before = text_of(master_key_in(data_));
  const auto told = rotate();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_THAT(key_files(), ElementsAre("master.key", "master.key.until-2026-01-01T00:00:00.000Z"));
  EXPECT_THAT(*told, HasSubstr("master.key.until-2026-01-01T00:00:00.000Z"));
  EXPECT_EQ(text_of(data_ / "master.key.until-2026-01-01T00:00:00.000Z"), before);
  EXPECT_NE(text_of(master_key_in(data_)), before);
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, IsCompletedByWhoOpensTheStoreWhenTheCommandEndedBetweenCommitAndReplacement) {
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(rotate());
  const auto next = text_of(master_key_in(data_));
  end_before_replacement();
  EXPECT_EQ(why_not(), "opened");
  EXPECT_EQ(text_of(master_key_in(data_)), next);
  EXPECT_THAT(key_files(), ElementsAre("master.key", kKept));
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, IsCompletedOnceHoweverManyOpenTheStoreAtOnce) {
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(rotate());
  const auto next = text_of(master_key_in(data_));
  end_before_replacement();
  std::vector<std::string> answers(8);
  {
    std::vector<std::jthread> openers;
    for (auto& answer : answers) {
      openers.emplace_back([this, &answer] {
        Settings settings;
        settings.data_directory = data_;
        const auto node = Node::open(settings, Opening::Existing, {.clock = clock_, .random = random_, .log = log_});
        answer = node ? "opened" : node.error().message;
      });
    }
  }
  EXPECT_THAT(answers, Each(Eq("opened")));
  EXPECT_EQ(text_of(master_key_in(data_)), next);
  EXPECT_THAT(key_files(), ElementsAre("master.key", kKept));
}

TEST_F(MasterKeyChange, LeavesTheFilesAloneWhenNeitherKeyOpensTheStore) {
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(rotate());
  end_before_replacement();
  std::filesystem::remove(data_ / "master.key.new");
  ASSERT_TRUE(make_master_key_file(data_ / "master.key.new", random_));
  const auto other = text_of(data_ / "master.key.new");
  EXPECT_THAT(why_not(),
              HasSubstr("It was rotated on 2026-01-01T00:00:00.000Z to the one in " + master_key_in(data_).string() +
                        " (as " + master_key_in(data_).string() + ".new until that took its place)"));
  EXPECT_EQ(text_of(data_ / "master.key.new"), other);
  EXPECT_THAT(key_files(), ElementsAre("master.key", "master.key.new", kKept));
}

TEST_F(MasterKeyChange, DoesNotLookBesideTheFileForAKeyOfTheEnvironment) {
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(rotate());
  end_before_replacement();
  settings_.master_key = Secret(crypto::base64_encode(std::string(32, '\x11')));
  EXPECT_THAT(why_not(), HasSubstr("The master key does not open the keys of this store"));
  EXPECT_THAT(key_files(), ElementsAre("master.key", "master.key.new", kKept));
}

TEST_F(MasterKeyChange, TakesUpWhatAnAttemptLeftThatEndedBeforeItsCommit) {
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(make_master_key_file(data_ / "master.key.new", random_));
  const auto left = text_of(data_ / "master.key.new");
  ASSERT_TRUE(rotate());
  EXPECT_EQ(text_of(master_key_in(data_)), left);
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, MakesTheFileThatItIsGiven) {
  EXPECT_EQ(why_not(), "opened");
  const auto told = rotate({.file = file_, .config = {}});
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_THAT(*told, HasSubstr("set keys.master_key_file to it"));
  EXPECT_THAT(why_not(), HasSubstr("to the one in " + file_.string()));
  settings_.master_key_file = file_;
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, TakesTheKeyFromAFileThatIsThere) {
  std::ofstream(file_) << crypto::base64_encode(std::string(32, '\x11'));
  ::chmod(file_.c_str(), 0600);
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(rotate({.file = file_, .config = {}}));
  settings_.master_key = Secret(crypto::base64_encode(std::string(32, '\x11')));
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, RefusesAFileThatHoldsNoKeyAndChangesNothing) {
  EXPECT_EQ(why_not(), "opened");
  std::ofstream(file_) << "open sesame";
  ::chmod(file_.c_str(), 0600);
  const auto refused = rotate({.file = file_, .config = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "--to-file: " + file_.string() + " is not base64 of 32 bytes");
  EXPECT_EQ(why_not(), "opened");
  EXPECT_THAT(key_files(), ElementsAre("master.key"));
}

TEST_F(MasterKeyChange, TakesTheKeyThatASettingsFileNames) {
  ASSERT_TRUE(make_master_key_file(file_, random_));
  const auto config = directory_.path() / "next.toml";
  std::ofstream(config) << "[keys]\nmaster_key_file = '" << file_.string() << "'\n";
  EXPECT_EQ(why_not(), "opened");
  ASSERT_TRUE(rotate({.file = {}, .config = config}));
  EXPECT_THAT(why_not(), HasSubstr("to the one in the settings in " + config.string()));
  settings_.master_key_file = file_;
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, RefusesASettingsFileThatNamesNoKey) {
  EXPECT_EQ(why_not(), "opened");
  const auto config = directory_.path() / "next.toml";
  std::ofstream(config) << "[log]\nlevel = 'info'\n";
  EXPECT_THAT(rotate({.file = {}, .config = config}).error().message, StartsWith("--to-config: "));
  EXPECT_EQ(why_not(), "opened");
}

TEST_F(MasterKeyChange, CannotReplaceAKeyOfTheEnvironmentByItself) {
  settings_.master_key = Secret(crypto::base64_encode(std::string(32, '\x11')));
  EXPECT_EQ(why_not(), "opened");
  EXPECT_THAT(rotate().error().message, HasSubstr("--to-file or --to-config"));
  ASSERT_TRUE(rotate({.file = file_, .config = {}}));
}

TEST_F(MasterKeyChange, LeavesNothingBehindWhenItIsRefused) {
  EXPECT_EQ(why_not(), "opened");
  // The file of an attempt before holds the present key.
  std::filesystem::copy_file(master_key_in(data_), data_ / "master.key.new");
  ::chmod((data_ / "master.key.new").c_str(), 0600);
  EXPECT_EQ(rotate().error().code, ErrorCode::Conflict);
  EXPECT_THAT(key_files(), ElementsAre("master.key", "master.key.new"));
  EXPECT_EQ(why_not(), "opened");
}

}  // namespace
}  // namespace dwarpal::app
