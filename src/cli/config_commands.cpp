#include <boost/json/array.hpp>

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace dwarpal::cli {

namespace {

Result<> check(const StoreOptions& options, const Output& output) {
  auto settings = TRY(app::load_settings(options.config, options.flags()));
  settings.policy.profile = TRY(app::profile_in_force(settings, SystemClock()));
  TRY(app::check_start(settings));
  const auto warnings = app::warnings(settings);
  if (!output.is_json()) {
    for (const auto& warning : warnings) print_line("Warning: " + warning);
  }
  const std::string profile(core::to_string(settings.policy.profile));
  output.done("The settings are good for the profile " + profile + ".",
              {{"profile", profile}, {"warnings", boost::json::array(warnings.begin(), warnings.end())}});
  return {};
}

Result<> reference(const StoreOptions& options, const Output& output) {
  std::vector<Row> rows;
  for (const auto& setting : TRY(app::describe_settings(options.config, options.flags()))) {
    rows.push_back({{"setting", setting.name},
                    {"kind", setting.kind},
                    {"default", setting.default_value},
                    {"value", setting.value},
                    {"source", setting.source},
                    {"description", setting.description}});
  }
  output.list(rows, {"setting", "kind", "default", "value", "source", "description"});
  return {};
}

}  // namespace

void add_config_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("config", "Settings")->require_subcommand(1);

  const auto check_options = std::make_shared<StoreOptions>();
  auto* checked = noun->add_subcommand("check", "Whether the service would start with these settings");
  check_options->add_to(*checked);
  const auto check_output = Output::for_command(*checked);
  checked->callback([&action, check_options, check_output] {
    action = [check_options, check_output] { return check(*check_options, *check_output); };
  });

  const auto options = std::make_shared<StoreOptions>();
  auto* listed = noun->add_subcommand("reference", "Every setting, its default, and where its value comes from");
  options->add_to(*listed);
  const auto output = Output::for_command(*listed);
  listed->callback([&action, options, output] { action = [options, output] { return reference(*options, *output); }; });
}

}  // namespace dwarpal::cli
