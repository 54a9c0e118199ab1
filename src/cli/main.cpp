#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <exception>

#include "app/process.hpp"
#include "cli/commands.hpp"

namespace {

int run(int argc, char** argv) {
  namespace app = dwarpal::app;
  namespace cli = dwarpal::cli;
  app::harden_process();

  CLI::App root("Dwarpal: identity and access management for Account Aggregator networks", "dwarpal");
  root.set_version_flag("--version", "dwarpal " DWARPAL_VERSION);
  root.require_subcommand(1);
  cli::Action action;
  cli::add_serve_command(root, action);
  cli::add_operator_commands(root, action);
  cli::add_entity_commands(root, action);
  cli::add_user_commands(root, action);
  cli::add_mail_commands(root, action);
  cli::add_key_commands(root, action);
  cli::add_audit_commands(root, action);
  cli::add_sandbox_commands(root, action);
  cli::add_store_commands(root, action);
  cli::add_token_commands(root, action);
  cli::add_config_commands(root, action);
  try {
    root.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 asks for what is missing before it looks at what it does not know: the mistyped command.
    const auto unknown = root.remaining(true);
    if (unknown.empty()) root.exit(error);
    else root.exit(CLI::ExtrasError("dwarpal", unknown));
    return 2;
  } catch (const CLI::ParseError& error) {
    return root.exit(error) == 0 ? 0 : 2;
  }

  const auto done = action();
  if (done) return 0;
  fmt::print(stderr, "dwarpal: {}\n", done.error().message);
  if (!done.error().detail.empty()) fmt::print(stderr, "  {}\n", done.error().detail);
  return cli::exit_code_of(done.error());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "dwarpal: {}\n", error.what());
    return 3;
  }
}
