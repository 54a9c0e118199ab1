#include "base/iso8601_duration.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace dwarpal::cli {

void add_sandbox_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("sandbox", "What a sandbox alone can do")->require_subcommand(1);

  struct Options {
    std::string id;
    std::string shift;
  };
  const auto options = std::make_shared<Options>();
  auto* clock = add_store_command(
      *noun, action, "clock", "Time travel: shift the time by which a member's secrets age",
      [options](StoreSession& session, const Output& output) -> Result<> {
        const auto shift = parse_iso8601_duration(options->shift).value_or(Duration::zero());  // checked below
        const auto now = TRY(session.node().sandbox.shift_clock(EntityId(options->id), shift, session.context()));
        output.done("For the secrets of " + options->id + " it is " + iso8601(now) + ".",
                    {{"entityId", options->id}, {"shift", options->shift}, {"now", iso8601(now)}});
        return {};
      });
  clock->add_option("id", options->id, "Entity id")->required();
  clock->add_option("shift", options->shift, "How far ahead, as in P10D or PT36H; PT0S ends it")
      ->required()
      ->check([](const std::string& text) -> std::string {
        if (parse_iso8601_duration(text)) return {};
        return "is no ISO 8601 duration in weeks, days, hours, minutes and seconds, like P10D or PT36H";
      });
}

}  // namespace dwarpal::cli
