#include <boost/json/array.hpp>

#include "base/iso8601_duration.hpp"
#include "http/api/admin_calls.hpp"
#include "http/api/secret_calls.hpp"
#include "http/api/user_fields.hpp"

namespace dwarpal::http {

namespace {

using core::Entity;

boost::json::object encode_entity(const Entity& entity) {
  boost::json::object json{{"id", entity.id.text()},
                           {"type", core::to_string(entity.type)},
                           {"name", entity.name},
                           {"status", core::to_string(entity.status)},
                           {"createdOn", unix_milliseconds(entity.created_at)},
                           {"createdBy", entity.created_by}};
  if (entity.status_before_suspension) json["resumesTo"] = core::to_string(*entity.status_before_suspension);
  if (entity.tokens_not_before) json["tokensNotBefore"] = unix_milliseconds(*entity.tokens_not_before);
  if (entity.clock_shift != Duration::zero()) json["clockShift"] = iso8601_duration(entity.clock_shift);
  return json;
}

boost::json::object encode_entity_details(const core::EntityDetails& details) {
  auto json = encode_entity(details.entity);
  if (!details.record.empty()) json["record"] = details.record;
  boost::json::array admins;
  for (const auto& admin : details.admins) {
    admins.push_back(boost::json::object{{"email", admin.email.text()},
                                         {"firstName", admin.first_name},
                                         {"lastName", admin.last_name},
                                         {"status", core::to_string(admin.status)}});
  }
  json["admins"] = std::move(admins);
  json["secrets"] = encode_secrets(details.secrets);
  return json;
}

Result<core::EntityFilter> decode_entity_filter(const Query& query) {
  return core::EntityFilter{
      .type = TRY(query.parsed("type", core::parse_entity_type, "AA, FIP or FIU")),
      .status = TRY(query.parsed("status", core::parse_entity_status, "REGISTERED, ACTIVE, SUSPENDED or DEREGISTERED")),
      .text = TRY(query.text("q")),
      .after = EntityId(TRY(query.text("after"))),
      .limit = TRY(query.limit())};
}

Result<std::string> decode_reason(const JsonFields& fields) { return fields.short_text("reason", {}, kLongestText); }

}  // namespace

std::vector<AdminCall> admin_entity_calls(core::Administration& administration, core::Entities& entities,
                                          core::Revocations& revocations) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/entities",
       .query = {"type", "status", "q", "limit", "after"},
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto filter = TRY(decode_entity_filter(request.query));
         return encode_page(TRY(administration.entities(filter, request.context)), encode_entity,
                            [](const Entity& entity) { return entity.id.text(); });
       }},
      {.path = "/entities/{id}",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_entity_details(TRY(administration.entity(EntityId(request.parameters[0]), request.context)));
       }},
      {.method = Method::Delete,
       .path = "/entities/{id}",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(decode_reason(request.fields));
         return encode_entity(TRY(entities.deregister(EntityId(request.parameters[0]), reason, request.context)));
       }},
      {.method = Method::Post,
       .path = "/entities/{id}/suspend",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(decode_reason(request.fields));
         return encode_entity(TRY(entities.suspend(EntityId(request.parameters[0]), reason, request.context)));
       }},
      {.method = Method::Post,
       .path = "/entities/{id}/resume",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_entity(TRY(entities.resume(EntityId(request.parameters[0]), request.context)));
       }},
      {.method = Method::Post,
       .path = "/entities/{id}/revoke-tokens",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(decode_reason(request.fields));
         const EntityId id(request.parameters[0]);
         return encode_entity(TRY(revocations.revoke_tokens_of(id, reason, request.context)));
       }},
  };
}

}  // namespace dwarpal::http
