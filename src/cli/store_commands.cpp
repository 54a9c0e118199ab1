#include "app/store_tools.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "core/network_store.hpp"

namespace dwarpal::cli {

namespace {

Result<> accept_clock(StoreSession& session, const Output& output) {
  auto& node = session.node();
  const auto now = node.decision_clock.machine_time();
  const auto newest = node.store.newest_commit();
  TRY(node.store.write([&](core::Transaction& transaction) -> Result<> {
    TRY(transaction.network().accept_clock(now));
    core::AuditEvent event{.action = "clock.accept"};
    event.details = {{"newestCommit", iso8601(newest)}, {"clock", iso8601(now)}};
    return node.audit.append(transaction, event, session.context());
  }));
  output.done("Decisions go by this machine's clock again: " + iso8601(now) + ".");
  return {};
}

}  // namespace

void add_store_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("store", "The store")->require_subcommand(1);
  add_store_command(*noun, action, "accept-clock", "Trust this machine's clock although the store has newer commits",
                    &accept_clock);

  const auto options = std::make_shared<StoreOptions>();
  auto* migrate = noun->add_subcommand("migrate", "Bring an older store up to this program; no service may run on it");
  options->add_to(*migrate);
  migrate->callback([&action, options] {
    action = [options]() -> Result<> {
      TRY(app::migrate_store(TRY(app::load_settings(options->config, options->flags()))));
      print_line("The store is up to date.");
      return {};
    };
  });
}

}  // namespace dwarpal::cli
