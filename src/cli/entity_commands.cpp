#include "app/registration.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"

namespace dwarpal::cli {

namespace {

using core::Entity;

constexpr std::size_t kEntitiesAtATime = 1000;

Row row_of(const Entity& entity) {
  return {{"id", entity.id.text()},
          {"type", core::to_string(entity.type)},
          {"name", entity.name},
          {"status", core::to_string(entity.status)},
          {"createdOn", text_of(entity.created_at)},
          {"createdBy", entity.created_by},
          {"tokensNotBefore", text_of(entity.tokens_not_before)}};
}

/// The text of a file that holds one.
Result<std::string> read_json_object(const std::string& path) {
  auto text = TRY(read_file(path));
  const auto document = parse_json(text);
  if (!document || !document->value.is_object()) return fail(ErrorCode::InvalidInput, path + " is not a JSON object");
  return text;
}

template <typename Run>
CLI::App* add_entity_command(CLI::App& noun, Action& action, const char* name, const char* description,
                             const Run& run) {
  const auto id = std::make_shared<std::string>();
  auto* command = add_store_command(noun, action, name, description,
                                    [id, run](StoreSession& session, const Output& output) -> Result<> {
                                      return run(session, output, EntityId(*id));
                                    });
  command->add_option("id", *id, "Entity id")->required();
  return command;
}

Result<std::vector<Row>> all_entities(app::Node& node) {
  std::vector<Row> rows;
  for (EntityId after;;) {
    const auto page = TRY(node.entities.list(after, kEntitiesAtATime));
    for (const auto& entity : page) rows.push_back(row_of(entity));
    if (page.size() < kEntitiesAtATime) return rows;
    after = page.back().id;
  }
}

}  // namespace

void add_entity_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("entity", "Members of the network")->require_subcommand(1);

  const auto file = std::make_shared<std::string>();
  auto* onboard = add_store_command(
      *noun, action, "register", "Onboard a member", [file](StoreSession& session, const Output& output) -> Result<> {
        const auto entity = TRY(app::register_entity(session.node(), TRY(read_json_object(*file)), session.context()));
        output.done("Entity " + entity.id.text() + " is registered.", row_of(entity));
        return {};
      });
  onboard->add_option("file", *file, "Registration as JSON, as POST /iam/v1/entity/register takes it; - for stdin")
      ->required();

  add_store_command(*noun, action, "list", "All members", [](StoreSession& session, const Output& output) -> Result<> {
    output.list(TRY(all_entities(session.node())), {"id", "type", "name", "status"});
    return {};
  });

  add_entity_command(*noun, action, "show", "One member",
                     [](StoreSession& session, const Output& output, const EntityId& id) -> Result<> {
                       auto row = row_of(TRY(session.node().entities.show(id)));
                       // A page of JSON: of use to programs only.
                       if (output.is_json()) {
                         auto record = TRY(session.node().registry.stored_record(id));
                         row["record"] = record ? boost::json::value(*std::move(record)) : nullptr;
                       }
                       output.one(row);
                       return {};
                     });

  const auto reason = std::make_shared<std::string>();
  auto* suspend =
      add_entity_command(*noun, action, "suspend", "No tokens, no secrets, until resumed",
                         [reason](StoreSession& session, const Output& output, const EntityId& id) -> Result<> {
                           TRY(session.node().entities.suspend(id, *reason, session.context()));
                           output.done("The entity is suspended.");
                           return {};
                         });
  suspend->add_option("--reason", *reason, "For the audit trail");

  add_entity_command(*noun, action, "resume", "Undo a suspension",
                     [](StoreSession& session, const Output& output, const EntityId& id) -> Result<> {
                       const auto entity = TRY(session.node().entities.resume(id, session.context()));
                       output.done("The entity is " + std::string(core::to_string(entity.status)) + " again.");
                       return {};
                     });

  auto* deregister =
      add_entity_command(*noun, action, "deregister", "For good; the id is never used again",
                         [reason](StoreSession& session, const Output& output, const EntityId& id) -> Result<> {
                           TRY(session.node().entities.deregister(id, *reason, session.context()));
                           output.done("The entity is deregistered.");
                           return {};
                         });
  deregister->add_option("--reason", *reason, "For the audit trail");
}

}  // namespace dwarpal::cli
