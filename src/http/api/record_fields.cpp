#include "http/api/record_fields.hpp"

#include <optional>

#include "core/registry/registry_record.hpp"
#include "http/api/user_fields.hpp"

namespace dwarpal::http {

Result<boost::json::object> decode_entity_info(const JsonFields& fields) {
  auto entity = TRY(fields.object("entityinfo"));
  auto older = TRY(fields.object("entity"));
  if (entity && older) return fail(ErrorCode::InvalidInput, "entity and entityinfo are both in the request");
  if (!entity) entity = std::move(older);
  if (!entity) return boost::json::object();
  if (const auto repeated = entity->first_repeated(); !repeated.empty()) {
    return fail(ErrorCode::InvalidInput, "entityinfo: " + repeated + " stands twice in the request");
  }
  return entity->value();
}

Result<> check_beside_record(const JsonFields& fields) {
  TRY(fields.short_text("status", {}, kLongestText));
  const auto requester = TRY(fields.object("requester"));
  if (requester && !requester->first_repeated().empty()) {
    return fail(ErrorCode::InvalidInput, "requester: " + requester->first_repeated() + " stands twice in the request");
  }
  return {};
}

Result<RecordFields> decode_record(const JsonFields& fields, core::EntityType type) {
  const auto named_type = TRY(fields.text("type"));
  if (!named_type.empty() && named_type != core::to_string(type)) {
    return fail(ErrorCode::InvalidInput, "type in the request and in its path are different");
  }
  for (const auto* name : {"ver", "timestamp", "txnid", "txnId"}) TRY(fields.find(name));
  TRY(check_beside_record(fields));
  auto entity_info = TRY(decode_entity_info(fields));
  if (entity_info.empty()) return fail(ErrorCode::InvalidInput, "entityinfo is required");
  const auto* id = entity_info.if_contains("id");
  if (id == nullptr || core::counts_as_empty(*id)) return fail(ErrorCode::InvalidInput, "id is required");
  return RecordFields{.type = type,
                      .entity_info = std::move(entity_info),
                      .envelope = fields.value(),
                      .created_by = TRY(fields.short_text("createdBy", {}, kLongestText))};
}

}  // namespace dwarpal::http
