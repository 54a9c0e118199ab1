#include "http/api/secret_calls.hpp"

#include <boost/json/array.hpp>

#include "http/api/entity_fields.hpp"

namespace dwarpal::http {

namespace {

using core::CallContext;

boost::json::object encode(const EntityId& entity, const core::ReadableSecret& secret, const core::Policy& policy) {
  boost::json::object answer{{"entityId", entity.text()}, {"secret", secret.secret.expose()}};
  if (secret.expires_at) {
    answer["expiresOn"] = policy.expires_on_unit == core::TimestampUnit::Seconds
                              ? unix_seconds(*secret.expires_at)
                              : unix_milliseconds(*secret.expires_at);
    answer["expirationDate"] = iso8601_without_zone(*secret.expires_at);
  }
  if (!secret.message.empty()) answer["message"] = secret.message;
  return answer;
}

boost::json::object encode(const core::SecretStatus& status) {
  boost::json::object line{{"state", status.current ? "current" : "replaced"},
                           {"createdOn", unix_milliseconds(status.created_at)}};
  if (status.expires_at) line["expiresOn"] = unix_milliseconds(*status.expires_at);
  if (status.grace_ends_at) line["graceEndsOn"] = unix_milliseconds(*status.grace_ends_at);
  if (status.last_used_at) line["lastUsedOn"] = unix_milliseconds(*status.last_used_at);
  return line;
}

}  // namespace

std::vector<JsonCall> secret_calls(core::EntitySecrets& secrets, const core::Policy& policy) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/iam/v1/entity/secret/reset",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const core::SecretReset request{.entity = TRY(decode_entity_id(fields)),
                                         .expiry_days = TRY(fields.positive_number("secretExpiryDays")),
                                         .old_secrets = TRY(fields.boolean("revokeOld")).value_or(false)
                                                            ? core::OldSecrets::End
                                                            : core::OldSecrets::KeepTheirGrace};
         return encode(request.entity, TRY(secrets.reset(request, context)), policy);
       }},
      {.path = "/iam/v1/entity/secret/read",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto id = TRY(decode_entity_id(fields));
         return encode(id, TRY(secrets.read(id, context)), policy);
       }},
      {.path = "/iam/v1/entity/secret/status",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto id = TRY(decode_entity_id(fields));
         boost::json::array lines;
         for (const auto& status : TRY(secrets.status(id, context))) lines.push_back(encode(status));
         return boost::json::object{{"entityId", id.text()}, {"secrets", std::move(lines)}};
       }},
      {.path = "/iam/v1/entity/secret/revoke",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto id = TRY(decode_entity_id(fields));
         const auto revoked = TRY(secrets.revoke_replaced(id, context));
         return boost::json::object{
             {"entityId", id.text()}, {"message", "All replaced secrets have been revoked."}, {"revoked", revoked}};
       }},
  };
}

}  // namespace dwarpal::http
