#include <algorithm>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "core/mail/outbox.hpp"

namespace dwarpal::cli {

namespace {

constexpr std::size_t kMailsAtOnce = 1000;

Row row_of(const core::Mail& mail) {
  return {{"id", mail.id},
          {"to", mail.to},
          {"subject", mail.subject},
          {"kind", mail.kind},
          {"state", core::to_string(mail.state)},
          {"attempts", mail.attempts},
          {"createdOn", text_of(mail.created_at)},
          {"deliveredOn", text_of(mail.delivered_at)},
          {"lastError", mail.last_error}};
}

/// All mails, newest last. Only their rows are kept: the texts of a year's mails would fill the memory.
Result<std::vector<Row>> rows_of_mails(core::Store& store) {
  std::vector<Row> rows;
  core::MailFilter filter{.limit = kMailsAtOnce};
  while (true) {
    const auto page =
        TRY(store.read([&](core::Transaction& transaction) { return transaction.outbox().search(filter); }));
    for (const auto& mail : page) rows.push_back(row_of(mail));
    if (page.size() < kMailsAtOnce) break;
    filter.after = page.back().id;
  }
  std::ranges::reverse(rows);
  return rows;
}

Result<> show(StoreSession& session, const std::string& id, bool only_link, const Output& output) {
  auto& node = session.node();
  if (only_link && node.policy.profile != core::Profile::Sandbox) {
    return fail(ErrorCode::Unauthorized, "Links can be read in a sandbox only");
  }
  const auto mail = TRY(node.administration.mail(id, session.context()));
  if (only_link) {
    if (!mail.link) return fail(ErrorCode::NotFound, "The mail holds no link, or it was used or has expired");
    print_line(mail.link->expose());
    return {};
  }
  auto row = row_of(mail.mail);
  row["text"] = mail.text.expose();
  if (output.is_json()) {
    output.one(row);
  } else {
    output.one(row_of(mail.mail));
    print_line("");
    print_line(mail.text.expose());
  }
  return {};
}

}  // namespace

void add_mail_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("mail", "The outbox")->require_subcommand(1);

  add_store_command(*noun, action, "list", "All mails, newest last",
                    [](StoreSession& session, const Output& output) -> Result<> {
                      output.list(TRY(rows_of_mails(session.node().store)),
                                  {"id", "to", "subject", "state", "attempts", "lastError"});
                      return {};
                    });

  struct Options {
    std::string id;
    bool only_link = false;
  };
  const auto options = std::make_shared<Options>();
  auto* one = add_store_command(*noun, action, "show", "One mail with its text",
                                [options](StoreSession& session, const Output& output) {
                                  return show(session, options->id, options->only_link, output);
                                });
  one->add_option("id", options->id, "Mail id")->required();
  one->add_flag("--link", options->only_link, "Print the link alone (sandbox only)");
}

}  // namespace dwarpal::cli
