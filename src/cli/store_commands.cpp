#include <fmt/format.h>

#include <CLI/Error.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/array.hpp>

#include "app/process.hpp"
#include "app/store_tools.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
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

Result<> back_up(StoreSession& session, const Output& output, const std::string& to) {
  const auto backup = TRY([&] {
    Progress progress("pages");
    return app::back_up_store(session.node(), to, session.context(),
                              [&](std::int64_t done, std::int64_t total) { progress.show(done, total); });
  }());
  const auto file = backup.file.string();
  output.done(
      "The store as of " + iso8601(backup.as_of) + " is in " + file +
          ". It opens with the master key of now, which is not in it: " + backup.master_key + ".",
      {{"file", file}, {"bytes", backup.bytes}, {"asOf", iso8601(backup.as_of)}, {"masterKey", backup.master_key}});
  return {};
}

/// What a command works with that opens no node.
struct WithoutNode {
  StoreOptions store;
  std::shared_ptr<Output> output;
  app::RestoreRequest request = {};
  std::string keys_file = {};
};

/// The machine as such a command needs it.
struct CommandMachine {
  SystemClock clock;
  crypto::SystemRandom random;
  Log log{LogLevel::Warning, LogFormat::Text};
  app::Machine machine{.clock = clock, .random = random, .log = log};
};

/// Of the keys that are not what they were in the backup.
std::string sentence_about(const std::vector<core::RestoredSigningKey>& keys) {
  std::string sentence;
  for (const auto& key : keys) {
    sentence += fmt::format("{} {} is {}", sentence.empty() ? " Signing keys that are newer than the backup:" : ",",
                            key.id.text(), core::to_string(key.state));
    if (!key.origin.empty()) sentence += fmt::format(" (from {})", key.origin);
  }
  return sentence.empty() ? sentence : sentence + ".";
}

Result<> restore(const WithoutNode& options) {
  const auto settings = TRY(app::load_settings(options.store.config, options.store.flags()));
  auto request = options.request;
  if (!options.keys_file.empty()) {
    request.newer_keys = {.file = options.keys_file, .text = TRY(read_file(options.keys_file))};
  }
  CommandMachine machine;
  const core::CallContext context{.actor = core::Actor::command_line(app::system_user())};
  const auto restored = TRY([&] {
    Progress progress("pages");
    return app::restore_store(settings, request, machine.machine, context,
                              [&](std::int64_t done, std::int64_t total) { progress.show(done, total); });
  }());
  std::string sentence = "The store is that of " + iso8601(restored.as_of) +
                         ". What changed after that is lost: members who reset their secret since must reset it "
                         "again. All users have to sign in again, and open links have ended." +
                         sentence_about(restored.keys);
  boost::json::array keys;
  for (const auto& key : restored.keys) {
    keys.push_back({{"kid", key.id.text()}, {"state", core::to_string(key.state)}, {"from", key.origin}});
  }
  Row row{{"asOf", iso8601(restored.as_of)}, {"users", restored.users}, {"signingKeys", std::move(keys)}};
  if (!restored.set_aside.empty()) {
    sentence += " The store that was there before is " + restored.set_aside.string() + ".";
    row["setAside"] = restored.set_aside.string();
  }
  options.output->done(sentence, row);
  if (!restored.keys_not_asked_for.empty()) {
    print_warning(fmt::format(
        "The store that was there could not be asked for signing keys that are newer than the backup ({}). Keys that "
        "were made or withdrawn since are as in the backup, unless --keys has them.",
        restored.keys_not_asked_for));
  }
  return {};
}

Result<> look_over(const WithoutNode& options) {
  const auto settings = TRY(app::load_settings(options.store.config, options.store.flags()));
  const CommandMachine machine;
  const auto problems = TRY(app::check_store(settings, machine.machine));
  if (problems.empty()) {
    options.output->done("The store is sound.", {{"sound", true}});
    return {};
  }
  for (const auto& problem : problems) {
    if (!options.output->is_json()) print_line(problem);
  }
  if (options.output->is_json()) {
    options.output->one({{"sound", false}, {"problems", boost::json::array(problems.begin(), problems.end())}});
  }
  return fail(ErrorCode::Conflict, "The store is not sound");
}

template <typename Run>
CLI::App* add_command_without_node(CLI::App& noun, Action& action, const char* name, const char* description,
                                   const std::shared_ptr<WithoutNode>& options, Run run) {
  auto* command = noun.add_subcommand(name, description);
  options->store.add_to(*command);
  options->output = Output::for_command(*command);
  command->callback([&action, options, run] { action = [options, run]() -> Result<> { return run(*options); }; });
  return command;
}

Result<> migrate(const WithoutNode& options) {
  TRY(app::migrate_store(TRY(app::load_settings(options.store.config, options.store.flags()))));
  options.output->done("The store is up to date.");
  return {};
}

}  // namespace

void add_store_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("store", "The store")->require_subcommand(1);
  add_store_command(*noun, action, "accept-clock", "Trust this machine's clock although the store has newer commits",
                    &accept_clock);

  const auto to = std::make_shared<std::string>();
  add_store_command(*noun, action, "backup", "Copy the store into a new file, also while a service runs",
                    [to](StoreSession& session, const Output& output) { return back_up(session, output, *to); })
      ->add_option("to", *to, "A file that is not there yet, or a directory")
      ->required();

  add_command_without_node(*noun, action, "check", "Whether the whole store can be read and is as it was written",
                           std::make_shared<WithoutNode>(), &look_over);
  add_command_without_node(*noun, action, "migrate",
                           "Bring an older store up to this program; no service may run on it",
                           std::make_shared<WithoutNode>(), &migrate);

  const auto options = std::make_shared<WithoutNode>();
  auto* restoring = add_command_without_node(*noun, action, "restore",
                                             "Make a backup the store; no service may run on it", options, &restore);
  restoring->add_option("file", options->request.file, "What `store backup` made")->required();
  restoring->add_flag("--replace-existing-store", options->request.replaces_existing,
                      "Set a store that is there aside, and put the backup in its place");
  restoring->add_option("--keys", options->keys_file,
                        "What `key export` printed after the backup: signing keys made or withdrawn since");
}

}  // namespace dwarpal::cli
