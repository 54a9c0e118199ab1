#include "http/api/activation_calls.hpp"

#include "http/api/user_fields.hpp"

namespace dwarpal::http {

namespace {

using core::CallContext;

Result<Secret> required_secret(const JsonFields& fields, std::string_view name) {
  auto text = TRY(fields.text(name));
  if (text.empty()) return fail(ErrorCode::InvalidInput, std::string(name) + " is missing in the request");
  return Secret(std::move(text));
}

/// What went wrong with a stranger's request for a link is for the log alone.
void log_failure(const core::LinkRequest& request, const CallContext& context, Log& log) {
  if (!request.failure) return;
  log.warning("a link could not be sent",
              {{"requestId", context.request_id},
               {"detail", request.failure->detail.empty() ? request.failure->message : request.failure->detail}});
}

}  // namespace

std::vector<JsonCall> activation_calls(core::Activation& activation, Log& log) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/iam/v1/user/activation/verify",
       .caller = Caller::Anybody,
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto link = TRY(activation.verify(TRY(required_secret(fields, "token")), context));
         return boost::json::object{{"email", link.email.text()},
                                    {"purpose", core::to_string(link.purpose)},
                                    {"message", "The email address has been verified."}};
       }},
      {.path = "/iam/v1/user/activation/password",
       .execution = Execution::Password,
       .caller = Caller::Anybody,
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto token = TRY(required_secret(fields, "token"));
         const auto password = TRY(required_secret(fields, "password"));
         TRY(activation.set_password(token, password, context));
         return boost::json::object{{"message", "Password has been set."}};
       }},
      {.path = "/iam/v1/user/activation/resend",
       .caller = Caller::Anybody,
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         log_failure(TRY(activation.resend(TRY(decode_email(fields)), context)), context, log);
         return boost::json::object{{"message", "If the user is waiting for activation, a link has been sent."}};
       },
       .hide_duration_from_strangers = true},
      {.path = "/iam/v1/user/password/reset",
       .caller = Caller::UserIfPresent,
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         log_failure(TRY(activation.request_password_reset(TRY(decode_email(fields)), context)), context, log);
         return boost::json::object{
             {"message", "The password reset link has been successfully sent to the user's email."}};
       },
       .hide_duration_from_strangers = true},
      {.path = "/iam/v1/user/password/change",
       .execution = Execution::Password,
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto old_password = TRY(required_secret(fields, "oldPassword"));
         const auto password = TRY(required_secret(fields, "password"));
         TRY(activation.change_password(old_password, password, context));
         return boost::json::object{{"message", "Password has been set."}};
       }},
  };
}

}  // namespace dwarpal::http
