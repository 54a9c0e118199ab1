#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "core/signing/signing_key.hpp"

namespace dwarpal::cli {

void add_key_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("key", "Signing keys")->require_subcommand(1);

  add_store_command(*noun, action, "list", "All keys and their states",
                    [](StoreSession& session, const Output& output) -> Result<> {
                      const auto keys = TRY(session.node().store.read(
                          [](core::Transaction& transaction) { return transaction.signing_keys().list(); }));
                      std::vector<Row> rows;
                      for (const auto& key : keys) {
                        rows.push_back({{"kid", key.id.text()},
                                        {"alg", crypto::to_string(key.algorithm)},
                                        {"state", core::to_string(key.state)},
                                        {"createdOn", text_of(key.created_at)},
                                        {"activatedOn", text_of(key.activated_at)},
                                        {"retiredOn", text_of(key.retired_at)}});
                      }
                      output.list(rows, {"kid", "alg", "state", "activatedOn"});
                      return {};
                    });
}

}  // namespace dwarpal::cli
