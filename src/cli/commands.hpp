// The nouns of the command line; each function declares one with its verbs.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.hpp"

namespace dwarpal::cli {

void add_serve_command(CLI::App& root, Action& action);
void add_operator_commands(CLI::App& root, Action& action);
void add_entity_commands(CLI::App& root, Action& action);
void add_user_commands(CLI::App& root, Action& action);
void add_mail_commands(CLI::App& root, Action& action);
void add_key_commands(CLI::App& root, Action& action);
void add_audit_commands(CLI::App& root, Action& action);
void add_sandbox_commands(CLI::App& root, Action& action);
void add_store_commands(CLI::App& root, Action& action);
void add_token_commands(CLI::App& root, Action& action);
void add_config_commands(CLI::App& root, Action& action);

}  // namespace dwarpal::cli
