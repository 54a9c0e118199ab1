#include "app/master_key_change.hpp"

#include <fmt/format.h>

#include "app/key_file_rotation.hpp"
#include "app/master_key.hpp"
#include "app/secret_file.hpp"
#include "core/master_key_rotation.hpp"

namespace dwarpal::app {

namespace {

constexpr std::string_view kKeepTheOldOne = "Keep the one before as long as there are backups from before.";

Result<> rewrap(Node& node, const crypto::WrappingKey& after, std::string place, const core::CallContext& context) {
  const auto before = TRY(load_master_key(node.settings, node.machine.random));
  return core::rotate_master_key(
      node.store, node.audit,
      {.before = *before, .after = after, .place = std::move(place), .at = TRY(node.decision_clock.now())},
      node.machine.random, context);
}

Result<std::string> to_file(Node& node, const std::filesystem::path& given, const core::CallContext& context) {
  const auto file = std::filesystem::absolute(given);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) TRY(make_master_key_file(file, node.machine.random));
  const auto after = TRY(read_master_key_file(file, "--to-file"));
  TRY(rewrap(node, after, file.string(), context));
  return fmt::format(
      "The store opens with the key in {} from now on: set keys.master_key_file to it before the next start. {}",
      file.string(), kKeepTheOldOne);
}

Result<std::string> to_config(Node& node, const std::filesystem::path& config, const core::CallContext& context) {
  const auto settings = TRY(load_settings(config, {}, {}));
  if (!names_master_key(settings)) {
    return fail(ErrorCode::InvalidSetting, "--to-config: " + config.string() + " names no master key");
  }
  const auto after = TRY(load_master_key(settings, node.machine.random));
  const auto place = std::filesystem::absolute(config).string();
  TRY(rewrap(node, *after, "the settings in " + place, context));
  return fmt::format(
      "The store opens with the key that {} names from now on: start the service with these settings of keys. {}",
      place, kKeepTheOldOne);
}

Result<std::string> in_place(Node& node, const core::CallContext& context) {
  const auto place = master_key_file(node.settings);
  if (place.empty()) {
    return fail(ErrorCode::InvalidSetting,
                "The present master key is not in a file: say where the new one is, by --to-file or --to-config");
  }
  const auto next = next_key_beside(place);
  const auto lock = TRY(KeyFileLock::acquire(place));
  // To the millisecond: no two attempts share a name.
  const auto kept = place.string() + ".until-" + iso8601(node.decision_clock.machine_time());
  TRY(make_master_key_file(next, node.machine.random));  // or one that was left by an attempt before
  const auto after = TRY(read_master_key_file(next, "key rotate-master"));
  TRY(link_secret_file(place, kept));
  if (auto rewrapped = rewrap(
          node, after, fmt::format("{} (as {} until that took its place)", place.string(), next.string()), context);
      !rewrapped) {
    std::error_code ignored;
    std::filesystem::remove(kept, ignored);
    return std::unexpected(std::move(rewrapped).error());
  }
  TRY(move_secret_file(next, place));
  return fmt::format("The master key in {} is a new one. The one before is kept in {}: backups from before need it.",
                     place.string(), kept);
}

}  // namespace

Result<std::string> rotate_master_key(Node& node, const NewMasterKey& wanted, const core::CallContext& context) {
  if (!wanted.file.empty()) return to_file(node, wanted.file, context);
  if (!wanted.config.empty()) return to_config(node, wanted.config, context);
  return in_place(node, context);
}

}  // namespace dwarpal::app
