#include "http/api/secret_calls.hpp"

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

Result<core::SecretReset> decode_reset(const JsonFields& fields) {
  return core::SecretReset{.entity = TRY(decode_entity_id(fields)),
                           .expiry_days = TRY(fields.positive_number("secretExpiryDays")),
                           .old_secrets = TRY(fields.boolean("revokeOld")).value_or(false)
                                              ? core::OldSecrets::End
                                              : core::OldSecrets::KeepTheirGrace};
}

/// None without the header.
Result<std::optional<core::IdempotencyKey>> idempotency_key(const Request& request) {
  const auto value = request.header("Idempotency-Key");
  if (!value) return std::optional<core::IdempotencyKey>();
  if (request.header_count("Idempotency-Key") > 1) {
    return fail(ErrorCode::InvalidInput, "Idempotency-Key stands twice in the request");
  }
  return std::optional(TRY(core::IdempotencyKey::parse(*value)));
}

}  // namespace

boost::json::array encode_secrets(const std::vector<core::SecretStatus>& secrets) {
  boost::json::array lines;
  for (const auto& status : secrets) lines.push_back(encode(status));
  return lines;
}

Route secret_reset_route(const Envelope& envelope, const Callers& callers, const SecretResets& resets,
                         const core::Policy& policy) {
  const std::string path = "/iam/v1/entity/secret/reset";
  return {.method = Method::Post,
          .path = path,
          .execution = Execution::Store,
          .body_kind = BodyKind::Json,
          .handle = [&envelope, callers, name = name_of_call(Method::Post, path), resets,
                     &policy](const Request& request) -> Response {
            const auto fields = JsonFields::parse(request.body);
            if (!fields) return envelope.error(envelope.txn_id({}), fields.error(), request);
            auto context = anonymous_context(request, envelope.txn_id(requested_txn_id(*fields)));
            const auto answer = [&]() -> Result<Response> {
              context.actor = TRY(callers.identify(request, Caller::User, name));
              const auto reset = TRY(decode_reset(*fields));
              const auto key = TRY(idempotency_key(request));
              if (!key) {
                const auto secret = TRY(resets.each.reset(reset, context));
                return envelope.success(context.txn_id, encode(reset.entity, secret, policy));
              }
              const auto first = TRY(resets.idempotent.reset(reset, *key, context));
              auto response =
                  envelope.success(first.txn_id, encode(reset.entity, first.secret, policy), first.answered_at);
              if (first.replayed) response.headers.push_back({"Idempotency-Replayed", "true"});
              return response;
            }();
            if (!answer) callers.note_refusal(name, answer.error(), context);
            return answer ? *answer : envelope.error(context.txn_id, answer.error(), request);
          }};
}

std::vector<JsonCall> secret_calls(core::EntitySecrets& secrets, const core::Policy& policy) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/iam/v1/entity/secret/read",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto id = TRY(decode_entity_id(fields));
         return encode(id, TRY(secrets.read(id, context)), policy);
       }},
      {.path = "/iam/v1/entity/secret/status",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto id = TRY(decode_entity_id(fields));
         return boost::json::object{{"entityId", id.text()},
                                    {"secrets", encode_secrets(TRY(secrets.status(id, context)))}};
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
