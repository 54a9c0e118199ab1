#include "http/api/admin_calls.hpp"

namespace dwarpal::http {

namespace {

using core::Mail;

boost::json::object encode_mail(const Mail& mail) {
  boost::json::object json{{"id", mail.id},
                           {"kind", mail.kind},
                           {"to", mail.to},
                           {"subject", mail.subject},
                           {"state", core::to_string(mail.state)},
                           {"attempts", mail.attempts},
                           {"createdOn", unix_milliseconds(mail.created_at)}};
  if (mail.state == core::MailState::Waiting) json["nextAttemptOn"] = unix_milliseconds(mail.next_attempt_at);
  if (mail.delivered_at) json["deliveredOn"] = unix_milliseconds(*mail.delivered_at);
  if (!mail.last_error.empty()) json["lastError"] = mail.last_error;
  return json;
}

boost::json::object encode_readable(const core::ReadableMail& readable) {
  auto json = encode_mail(readable.mail);
  json["text"] = readable.text.expose();
  if (readable.link) json["link"] = readable.link->expose();
  return json;
}

Result<core::MailFilter> decode_mail_filter(const Query& query) {
  return core::MailFilter{.to = TRY(query.text("to")),
                          .state = TRY(query.parsed("state", core::parse_mail_state, "a state of a mail")),
                          .after = TRY(query.text("after")),
                          .limit = TRY(query.limit())};
}

}  // namespace

std::vector<AdminCall> admin_mail_calls(core::Administration& administration) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/mails",
       .query = {"to", "state", "limit", "after"},
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto filter = TRY(decode_mail_filter(request.query));
         return encode_page(TRY(administration.mails(filter, request.context)), encode_mail,
                            [](const Mail& mail) { return mail.id; });
       }},
      {.path = "/mails/{id}",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_readable(TRY(administration.mail(request.parameters[0], request.context)));
       }},
  };
}

}  // namespace dwarpal::http
