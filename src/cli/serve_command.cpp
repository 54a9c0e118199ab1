#include "app/service.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"

namespace dwarpal::cli {

void add_serve_command(CLI::App& root, Action& action) {
  struct Options {
    StoreOptions store;
    std::string listen;
    std::string profile;
    std::optional<int> ready_descriptor;
  };
  auto* command = root.add_subcommand("serve", "Run the service in the foreground");
  const auto options = std::make_shared<Options>();
  options->store.add_to(*command);
  command->add_option("--listen", options->listen, "HOST:PORT; port 0 takes a free one");
  command->add_option("--profile", options->profile, "sandbox, uat or production");
  command->add_option("--ready-fd", options->ready_descriptor, "Descriptor that gets the base URL when ready")
      ->check(whole_number_from(0));
  command->callback([&action, options] {
    action = [options]() -> Result<> {
      auto flags = options->store.flags();
      if (!options->listen.empty()) flags["server.listen"] = options->listen;
      if (!options->profile.empty()) flags["network.profile"] = options->profile;
      auto settings = TRY(app::load_settings(options->store.config, flags));
      return app::serve(std::move(settings), {.ready_descriptor = options->ready_descriptor});
    };
  });
}

}  // namespace dwarpal::cli
