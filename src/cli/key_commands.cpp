#include <fmt/core.h>

#include <boost/json/serialize.hpp>

#include "app/master_key_change.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "core/signing/key_export.hpp"
#include "core/signing/signing_keys.hpp"

namespace dwarpal::cli {

namespace {

using core::RotationRequest;

Row row_of(const core::SigningKey& key, std::optional<Instant> signs_until) {
  const bool never_signed = !core::is_published(key.state) && !key.signed_until;
  Row row{{"kid", key.id.text()},
          {"alg", crypto::to_string(key.kind.algorithm)},
          {"state", core::to_string(key.state)},
          {"publishedSince", text_of(key.published_at)},
          {"signsFrom", text_of(never_signed ? std::nullopt : std::optional(key.signs_from))},
          {"signsUntil", text_of(signs_until)},
          {"publishedUntil", text_of(key.published_until)}};
  if (key.kind.rsa_bits != 0) row["rsaBits"] = key.kind.rsa_bits;
  return row;
}

Result<> list(StoreSession& session, const Output& output) {
  std::vector<Row> rows;
  for (const auto& [key, signs_until] : TRY(session.node().signing_keys.list(session.context()))) {
    rows.push_back(row_of(key, signs_until));
  }
  output.list(rows, {"kid", "alg", "state", "signsFrom", "signsUntil", "publishedUntil"});
  return {};
}

Result<> rotate(StoreSession& session, const Output& output, const RotationRequest& request) {
  const auto key = TRY(session.node().signing_keys.rotate(request, session.context()));
  const bool now = request.when == RotationRequest::When::Now;
  output.done(fmt::format("Key {} ({}) {}.", key.id.text(), crypto::to_string(key.kind.algorithm),
                          now ? "signs now" : "is published and signs from " + iso8601(key.signs_from)),
              row_of(key, std::nullopt));
  if (now) {
    print_warning(
        "Verifiers that have not read the key set since refuse new tokens: caches keep it for up to an hour, "
        "and who keeps a copy of the keys has to add this one.");
  }
  return {};
}

Result<> withdraw(StoreSession& session, const Output& output, const KeyId& id, const std::string& reason) {
  const auto signing = TRY(session.node().signing_keys.withdraw(id, reason, session.context()));
  output.done(fmt::format("The key is withdrawn. Key {} signs.", signing.id.text()),
              {{"withdrawn", id.text()}, {"signing", signing.id.text()}});
  print_warning("Who verifies tokens by a copy of the key set takes the withdrawn key until the set is read anew.");
  return {};
}

Result<> export_keys(StoreSession& session, const Output& /*output*/) {
  auto& node = session.node();
  const auto now = TRY(node.decision_clock.now());
  print_line(boost::json::serialize(TRY(core::export_signing_keys(node.store, node.audit, now, session.context()))));
  return {};
}

}  // namespace

void add_key_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("key", "Signing keys, and the master key")->require_subcommand(1);
  add_store_command(*noun, action, "list", "All keys and their states", &list);

  const auto algorithm = std::make_shared<std::string>();
  const auto now = std::make_shared<bool>(false);
  auto* rotate_command = add_store_command(
      *noun, action, "rotate", "Publish a new key, which signs after the time in keys.publish_ahead",
      [algorithm, now](StoreSession& session, const Output& output) -> Result<> {
        RotationRequest request{.when = *now ? RotationRequest::When::Now : RotationRequest::When::Planned};
        if (!algorithm->empty()) request.algorithm = TRY(crypto::parse_signature_algorithm(*algorithm));
        return rotate(session, output, request);
      });
  rotate_command->add_option("--alg", *algorithm, "Its algorithm")
      ->check(CLI::IsMember({"RS256", "PS256", "ES256", "EdDSA"}));
  rotate_command->add_flag("--now", *now, "Let it sign at once: the pending one, else a new one");

  add_store_command(*noun, action, "export", "All signing keys as JSON, the private ones sealed as in the store",
                    &export_keys);

  const auto wanted = std::make_shared<app::NewMasterKey>();
  auto* rotate_master =
      add_store_command(*noun, action, "rotate-master", "Another master key; a running service is not disturbed",
                        [wanted](StoreSession& session, const Output& output) -> Result<> {
                          output.done(TRY(app::rotate_master_key(session.node(), *wanted, session.context())));
                          return {};
                        });
  auto* to_file = rotate_master->add_option("--to-file", wanted->file, "File with the new key; made if there is none");
  rotate_master->add_option("--to-config", wanted->config, "Settings file that names the new key in its section keys")
      ->excludes(to_file);

  const auto kid = std::make_shared<std::string>();
  const auto reason = std::make_shared<std::string>();
  auto* withdraw_command =
      add_store_command(*noun, action, "withdraw", "Take a key out of the key set, and refuse its tokens from now on",
                        [kid, reason](StoreSession& session, const Output& output) -> Result<> {
                          return withdraw(session, output, KeyId(*kid), *reason);
                        });
  withdraw_command->add_option("kid", *kid, "The key's id")->required();
  withdraw_command->add_option("--reason", *reason, "For the audit trail");
}

}  // namespace dwarpal::cli
