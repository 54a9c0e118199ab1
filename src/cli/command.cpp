#include "cli/command.hpp"

#include "app/process.hpp"

namespace dwarpal::cli {

int exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::InvalidSetting: return 2;
    case ErrorCode::Unavailable:
    case ErrorCode::InUse:
    case ErrorCode::Internal: return 3;
    default: return 1;
  }
}

void StoreOptions::add_to(CLI::App& command) {
  command.add_option("--config", config, "Settings file (TOML)");
  command.add_option("--data", data, "Data directory");
}

app::SettingFlags StoreOptions::flags() const {
  app::SettingFlags flags;
  if (!data.empty()) flags["data.directory"] = data;
  return flags;
}

Result<std::unique_ptr<StoreSession>> StoreSession::open(const StoreOptions& options, app::Opening opening) {
  auto settings = TRY(app::load_settings(options.config, options.flags()));
  std::unique_ptr<StoreSession> session(new StoreSession(std::move(settings)));
  auto node = app::Node::open(session->settings_, opening,
                              {.clock = session->clock_, .random = session->random_, .log = session->log_});
  if (!node) {
    // A store that is not there cannot be reached; that is not a thing in it that was not found.
    if (node.error().code == ErrorCode::NotFound) node.error().code = ErrorCode::Unavailable;
    return std::unexpected(std::move(node).error());
  }
  session->node_ = std::move(*node);
  TRY(session->node_->use_recorded_base_url());
  session->context_.actor = core::Actor::command_line(app::system_user());
  return session;
}

}  // namespace dwarpal::cli
