// What all commands share: how they are declared, run, and end.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/node.hpp"
#include "base/result.hpp"
#include "cli/output.hpp"
#include "crypto/system_random.hpp"

namespace dwarpal::cli {

/// 0 done, 1 refused or not found, 2 wrong usage or setting, 3 the store or server cannot be reached or is in use.
[[nodiscard]] int exit_code_of(const Error& error);

/// The command that was chosen; main runs it once the arguments are read.
using Action = std::function<Result<>()>;

/// Where settings come from: the flags that every command on a store takes.
struct StoreOptions {
  std::string config;
  std::string data;

  void add_to(CLI::App& command);
  [[nodiscard]] app::SettingFlags flags() const;
};

/// A store that a command has open, also beside a running service.
class StoreSession {
 public:
  static Result<std::unique_ptr<StoreSession>> open(const StoreOptions& options,
                                                    app::Opening opening = app::Opening::Existing);

  [[nodiscard]] app::Node& node() { return *node_; }
  /// A call by whoever runs the command, with an operator's rights.
  [[nodiscard]] const core::CallContext& context() const { return context_; }

 private:
  explicit StoreSession(app::Settings settings) : settings_(std::move(settings)) {}

  app::Settings settings_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  Log log_{LogLevel::Warning, LogFormat::Text};
  core::CallContext context_;
  std::unique_ptr<app::Node> node_;
};

/// Declares a command `name` below `noun` that works on a store: `run` gets the open session and what prints.
template <typename Run>
CLI::App* add_store_command(CLI::App& noun, Action& action, const char* name, const char* description, const Run& run,
                            app::Opening opening = app::Opening::Existing) {
  auto* command = noun.add_subcommand(name, description);
  const auto options = std::make_shared<StoreOptions>();
  options->add_to(*command);
  const auto output = Output::for_command(*command);
  command->callback([&action, options, output, opening, run] {
    action = [options, output, opening, run]() -> Result<> {
      const auto session = TRY(StoreSession::open(*options, opening));
      return run(*session, *output);
    };
  });
  return command;
}

}  // namespace dwarpal::cli
