#include "base/text.hpp"
#include "http/api/admin_calls.hpp"
#include "http/api/user_fields.hpp"

namespace dwarpal::http {

std::vector<AdminCall> admin_token_calls(core::Revocations& revocations) {
  using Answer = Result<boost::json::object>;
  return {
      {.method = Method::Post,
       .path = "/tokens/{jti}/revoke",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(request.fields.short_text("reason", {}, kLongestText));
         const TokenId id(request.parameters[0]);
         const auto revoked_at = TRY(revocations.revoke_token(id, reason, request.context));
         return boost::json::object{{"jti", to_lower(id.text())}, {"revokedOn", unix_milliseconds(revoked_at)}};
       }},
  };
}

}  // namespace dwarpal::http
