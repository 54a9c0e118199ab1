#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"

namespace dwarpal::cli {

namespace {

using core::Email;
using core::User;

Row row_of(const User& user) {
  return {{"email", user.email.text()},
          {"firstName", user.first_name},
          {"lastName", user.last_name},
          {"status", core::to_string(user.status)},
          {"operator", user.operator_role},
          {"createdOn", text_of(user.created_at)},
          {"passwordSetOn", text_of(user.password_set_at)}};
}

/// A verb on one user, named by the email.
template <typename Run>
CLI::App* add_user_command(CLI::App& noun, Action& action, const char* name, const char* description, const Run& run) {
  const auto email = std::make_shared<std::string>();
  auto* command = add_store_command(noun, action, name, description,
                                    [email, run](StoreSession& session, const Output& output) -> Result<> {
                                      return run(session, output, TRY(Email::parse(*email)));
                                    });
  command->add_option("email", *email, "Email address")->required();
  return command;
}

}  // namespace

void add_user_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("user", "Users of the network")->require_subcommand(1);

  add_store_command(*noun, action, "list", "All users", [](StoreSession& session, const Output& output) -> Result<> {
    std::vector<Row> rows;
    for (const auto& user : TRY(session.node().accounts.list())) rows.push_back(row_of(user));
    output.list(rows, {"email", "firstName", "lastName", "status", "operator"});
    return {};
  });

  add_user_command(*noun, action, "show", "One user",
                   [](StoreSession& session, const Output& output, const Email& email) -> Result<> {
                     output.one(row_of(TRY(session.node().accounts.show(email))));
                     return {};
                   });

  const auto reason = std::make_shared<std::string>();
  auto* suspend =
      add_user_command(*noun, action, "suspend", "End the user's tokens and links until resumed",
                       [reason](StoreSession& session, const Output& output, const Email& email) -> Result<> {
                         TRY(session.node().accounts.suspend(email, *reason, session.context()));
                         output.done("The user is suspended.");
                         return {};
                       });
  suspend->add_option("--reason", *reason, "For the audit trail");

  add_user_command(*noun, action, "resume", "Undo a suspension",
                   [](StoreSession& session, const Output& output, const Email& email) -> Result<> {
                     const auto user = TRY(session.node().accounts.resume(email, session.context()));
                     output.done("The user is " + std::string(core::to_string(user.status)) + " again.");
                     return {};
                   });
  add_user_command(*noun, action, "resend", "Send a new activation link",
                   [](StoreSession& session, const Output& output, const Email& email) -> Result<> {
                     TRY(session.node().administration.resend_activation(email, session.context()));
                     output.done("An activation link is in the outbox.");
                     return {};
                   });
}

void add_operator_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("operator", "Who runs the network")->require_subcommand(1);

  struct NewOperator {
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string password_file;
  };
  const auto wanted = std::make_shared<NewOperator>();
  auto* create = add_store_command(
      *noun, action, "create", "Make an operator; makes the store if there is none",
      [wanted](StoreSession& session, const Output& output) -> Result<> {
        const core::NewUser user{.email = TRY(Email::parse(wanted->email)),
                                 .first_name = wanted->first_name,
                                 .last_name = wanted->last_name,
                                 .mobile = {}};
        std::optional<Secret> password;
        if (!wanted->password_file.empty()) password = TRY(read_password_file(wanted->password_file));
        else password = TRY(ask_for_password("Password (empty: an activation link is mailed)"));
        const auto made = TRY(session.node().accounts.create_operator(user, std::move(password), session.context()));
        output.done(made.status == core::UserStatus::Active
                        ? "The operator can sign in."
                        : "The operator is invited: an activation link is in the outbox.");
        return {};
      },
      app::Opening::CreateIfMissing);
  create->add_option("--email", wanted->email, "Email address")->required();
  create->add_option("--first-name", wanted->first_name);
  create->add_option("--last-name", wanted->last_name);
  create->add_option("--password-file", wanted->password_file, "File whose first line is the password; - for stdin");

  add_store_command(*noun, action, "list", "All operators",
                    [](StoreSession& session, const Output& output) -> Result<> {
                      std::vector<Row> rows;
                      for (const auto& user : TRY(session.node().accounts.list())) {
                        if (user.operator_role) rows.push_back(row_of(user));
                      }
                      output.list(rows, {"email", "firstName", "lastName", "status"});
                      return {};
                    });

  add_user_command(*noun, action, "remove", "Take the operator role away; the user stays",
                   [](StoreSession& session, const Output& output, const Email& email) -> Result<> {
                     TRY(session.node().accounts.remove_operator(email, session.context()));
                     output.done("The user is no operator any more.");
                     return {};
                   });
}

}  // namespace dwarpal::cli
