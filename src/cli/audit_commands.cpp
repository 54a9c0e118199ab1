#include <cstdint>
#include <cstdio>
#include <ranges>

#include "app/audit_archive.hpp"
#include "app/audit_export.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/time_argument.hpp"

namespace dwarpal::cli {

namespace {

Row row_of(const core::AuditRecord& record) {
  Row row{{"chain", record.position.chain}, {"number", record.position.number}, {"at", iso8601(record.at)}};
  const auto event = core::readable_event(record);
  // What somebody has altered may be anything.
  row.insert(event.begin(), event.end());
  return row;
}

Result<> verify(app::Node& node, const Output& output) {
  const auto verdict = TRY(node.audit.verify(node.store));
  if (const auto& broken = verdict.first_broken) {
    return fail(ErrorCode::Conflict,
                "The audit trail is broken at record " + std::to_string(broken->position.number) +
                    (broken->position.chain == 1 ? "" : " of chain " + std::to_string(broken->position.chain)),
                broken->problem);
  }
  output.done("The audit trail is whole: " + std::to_string(verdict.records) + " records.",
              {{"whole", true}, {"records", verdict.records}});
  return {};
}

/// The flags `--since` and `--until`, as they were given.
struct TimeRange {
  std::string since;
  std::string until;

  void add_to(CLI::App& command) {
    command.add_option("--since", since, std::string("From then on: ") + kTimeArgument);
    command.add_option("--until", until, "Before then, in the same forms");
  }
};

struct ListOptions {
  core::AuditFilter filter{.look_at = SIZE_MAX};
  TimeRange range;
  std::string outcome;
};

Result<> list_records(StoreSession& session, const Output& output, const ListOptions& options) {
  const auto now = session.node().machine.clock.now();
  auto filter = options.filter;
  filter.range.since = TRY(read_time("--since", options.range.since, now));
  filter.range.until = TRY(read_time("--until", options.range.until, now));
  filter.outcome = core::parse_audit_outcome(options.outcome);
  const auto page = TRY(session.node().audit_reader.list(filter, session.context()));
  std::vector<Row> rows;
  for (const auto& record : page.records | std::views::reverse) rows.push_back(row_of(record));
  output.list(rows, {"number", "at", "action", "outcome", "actor", "subject", "reason"});
  return {};
}

struct ExportOptions {
  std::string file;
  TimeRange range;
};

Result<> print_records(app::Node& node, const app::AuditExport& wanted, const core::CallContext& context) {
  const auto print = [](std::span<const core::AuditRecord> records, std::int64_t, std::int64_t) -> Result<> {
    for (const auto& record : records) std::fputs(core::export_line(record).c_str(), stdout);
    if (std::fflush(stdout) != 0) return fail(ErrorCode::Unavailable, "Standard output cannot be written");
    return {};
  };
  return node.audit_reader.export_to(print, wanted.since, wanted.until, context);
}

Result<> export_records(StoreSession& session, const Output& output, const ExportOptions& options) {
  auto& node = session.node();
  const auto now = node.machine.clock.now();
  auto progress = std::make_unique<Progress>("records");
  const app::AuditExport wanted{
      .file = options.file,
      .since = TRY(read_time("--since", options.range.since, now)),
      .until = TRY(read_time("--until", options.range.until, now)),
      .progress = [&](std::int64_t done, std::int64_t total) { progress->show(done, total); }};
  if (options.file == "-") return print_records(node, wanted, session.context());
  const auto records = TRY(app::export_audit_trail(node.audit_reader, wanted, session.context()));
  progress.reset();
  output.done(std::to_string(records) + " records are in " + options.file + ".",
              {{"file", options.file}, {"records", records}});
  return {};
}

void add_list(CLI::App& noun, Action& action) {
  const auto options = std::make_shared<ListOptions>();
  auto* list = add_store_command(
      noun, action, "list", "The newest records, newest last",
      [options](StoreSession& session, const Output& output) { return list_records(session, output, *options); });
  options->range.add_to(*list);
  list->add_option("--action", options->filter.action, "Exact, or a prefix that ends in a dot (secret.)");
  list->add_option("--subject", options->filter.subject, "entity:ID, user:EMAIL or key:KID");
  list->add_option("--actor", options->filter.actor, "Email, entity id or system user");
  list->add_option("--outcome", options->outcome, "done or refused")->check(CLI::IsMember({"done", "refused"}));
  list->add_option("--limit", options->filter.limit, "How many at the most")->check(whole_number_from(1));
}

void add_export(CLI::App& noun, Action& action) {
  const auto options = std::make_shared<ExportOptions>();
  auto* command = add_store_command(
      noun, action, "export", "All records as a new file of JSON lines, oldest first",
      [options](StoreSession& session, const Output& output) { return export_records(session, output, *options); });
  command->add_option("file", options->file, "A file that is not there yet; - for standard output")->required();
  options->range.add_to(*command);
}

Result<> archive_records(StoreSession& session, const Output& output, const std::string& directory) {
  auto& node = session.node();
  const std::filesystem::path to =
      directory.empty() ? node.settings.audit_archive_directory : std::filesystem::path(directory);
  if (to.empty()) return fail(ErrorCode::InvalidSetting, "audit.archive_directory or --to must say where records go");
  const auto archived = TRY(app::archive_audit_trail(node, to, session.context()));
  if (archived.records == 0) {
    output.done("No record is older than audit.retention.", {{"records", 0}});
    return {};
  }
  output.done(
      std::to_string(archived.records) + " records are in " + archived.file.string() + ", and no longer in the store.",
      {{"file", archived.file.string()}, {"records", archived.records}});
  return {};
}

void add_archive(CLI::App& noun, Action& action) {
  const auto directory = std::make_shared<std::string>();
  auto* command = add_store_command(noun, action, "archive", "Move records older than audit.retention into a new file",
                                    [directory](StoreSession& session, const Output& output) {
                                      return archive_records(session, output, *directory);
                                    });
  command->add_option("--to", *directory, "Directory for the file, instead of audit.archive_directory");
}

}  // namespace

void add_audit_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("audit", "The audit trail")->require_subcommand(1);
  add_list(*noun, action);
  add_export(*noun, action);
  add_archive(*noun, action);
  add_store_command(*noun, action, "verify", "Whether each record is as it was written",
                    [](StoreSession& session, const Output& output) { return verify(session.node(), output); });
}

}  // namespace dwarpal::cli
