#include <boost/json/parse.hpp>

#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"

namespace dwarpal::cli {

namespace {

Row row_of(const core::AuditRecord& record) {
  Row row{{"number", record.number}};
  const auto event = boost::json::parse(record.event);
  for (const auto& member : event.as_object()) row.insert(member);
  return row;
}

Result<> verify(app::Node& node, const Output& output) {
  const auto verdict = TRY(node.audit.verify(node.store));
  if (verdict.first_broken) {
    return fail(ErrorCode::Conflict, "The audit trail is broken at record " + std::to_string(*verdict.first_broken),
                verdict.problem);
  }
  output.done("The audit trail is whole: " + std::to_string(verdict.records) + " records.",
              {{"whole", true}, {"records", verdict.records}});
  return {};
}

}  // namespace

void add_audit_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("audit", "The audit trail")->require_subcommand(1);

  struct Options {
    core::AuditFilter filter;
  };
  const auto options = std::make_shared<Options>();
  auto* list =
      add_store_command(*noun, action, "list", "The newest records, newest last",
                        [options](StoreSession& session, const Output& output) -> Result<> {
                          const auto records = TRY(session.node().store.read([&](core::Transaction& transaction) {
                            return transaction.audit().list(options->filter);
                          }));
                          std::vector<Row> rows;
                          for (const auto& record : records) rows.push_back(row_of(record));
                          output.list(rows, {"number", "at", "action", "outcome", "actor", "subject", "reason"});
                          return {};
                        });
  list->add_option("--action", options->filter.action, "Exact, or a prefix that ends in a dot (secret.)");
  list->add_option("--subject", options->filter.subject, "entity:ID, user:EMAIL or key:KID");
  list->add_option("--actor", options->filter.actor, "Email, entity id or system user");
  list->add_option("--limit", options->filter.limit, "How many at the most")->check(whole_number_from(1));

  add_store_command(*noun, action, "verify", "Whether each record is as it was written",
                    [](StoreSession& session, const Output& output) { return verify(session.node(), output); });
}

}  // namespace dwarpal::cli
