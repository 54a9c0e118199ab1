#include <boost/json/array.hpp>

#include "http/api/admin_calls.hpp"
#include "http/api/user_fields.hpp"

namespace dwarpal::http {

namespace {

using core::User;

boost::json::object encode_user(const User& user) {
  boost::json::object json{{"email", user.email.text()},     {"firstName", user.first_name},
                           {"lastName", user.last_name},     {"status", core::to_string(user.status)},
                           {"operator", user.operator_role}, {"createdOn", unix_milliseconds(user.created_at)}};
  if (!user.mobile.empty()) json["mobile"] = user.mobile;
  if (user.status_before_suspension) json["resumesTo"] = core::to_string(*user.status_before_suspension);
  if (user.password_set_at) json["passwordSetOn"] = unix_milliseconds(*user.password_set_at);
  if (user.tokens_not_before) json["tokensNotBefore"] = unix_milliseconds(*user.tokens_not_before);
  return json;
}

boost::json::object encode_user_details(const core::UserDetails& details) {
  auto json = encode_user(details.user);
  boost::json::array entities;
  for (const auto& id : details.entities) entities.emplace_back(id.text());
  json["entities"] = std::move(entities);
  return json;
}

Result<core::UserFilter> decode_user_filter(const Query& query) {
  return core::UserFilter{
      .status = TRY(query.parsed("status", core::parse_user_status, "INVITED, VERIFIED, ACTIVE or SUSPENDED")),
      .operator_role = TRY(query.boolean("operator")),
      .text = TRY(query.text("q")),
      .after = TRY(query.text("after")),
      .limit = TRY(query.limit())};
}

/// Nobody has an address that is none.
Result<core::Email> user_in_path(const AdminRequest& request) {
  auto email = core::Email::parse(request.parameters[0]);
  if (!email) return fail(ErrorCode::NotFound, "User doesn't exist");
  return *std::move(email);
}

}  // namespace

std::vector<AdminCall> admin_user_calls(core::Administration& administration, core::Accounts& accounts,
                                        core::Revocations& revocations) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/users",
       .query = {"status", "operator", "q", "limit", "after"},
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto filter = TRY(decode_user_filter(request.query));
         return encode_page(TRY(administration.users(filter, request.context)), encode_user,
                            [](const User& user) { return user.email.text(); });
       }},
      {.path = "/users/{email}",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_user_details(TRY(administration.user(TRY(user_in_path(request)), request.context)));
       }},
      {.method = Method::Post,
       .path = "/users/{email}/suspend",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(request.fields.short_text("reason", {}, kLongestText));
         return encode_user(TRY(accounts.suspend(TRY(user_in_path(request)), reason, request.context)));
       }},
      {.method = Method::Post,
       .path = "/users/{email}/resume",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_user(TRY(accounts.resume(TRY(user_in_path(request)), request.context)));
       }},
      {.method = Method::Post,
       .path = "/users/{email}/revoke-tokens",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(request.fields.short_text("reason", {}, kLongestText));
         return encode_user(TRY(revocations.revoke_tokens_of(TRY(user_in_path(request)), reason, request.context)));
       }},
      {.method = Method::Post,
       .path = "/users/{email}/resend",
       .handle = [&](const AdminRequest& request) -> Answer {
         TRY(administration.resend_activation(TRY(user_in_path(request)), request.context));
         return boost::json::object{{"message", "An activation link is in the outbox."}};
       }},
  };
}

}  // namespace dwarpal::http
