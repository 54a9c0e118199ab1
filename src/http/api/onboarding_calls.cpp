#include "http/api/onboarding_calls.hpp"

#include <boost/json/array.hpp>

#include "http/api/entity_fields.hpp"
#include "http/api/record_fields.hpp"
#include "http/api/user_fields.hpp"

namespace dwarpal::http {

namespace {

using core::CallContext;

/// `roles` may be left out; the one role that there is may be named as a text or in a list.
Result<> check_roles(const JsonFields& fields) {
  const auto* roles = TRY(fields.find("roles"));
  const auto is_admin_role = [](const boost::json::value& role) {
    return role.is_string() && role.get_string() == core::kEntityAdminRole;
  };
  if (roles == nullptr || is_admin_role(*roles)) return {};
  if (roles->is_array() && roles->get_array().size() == 1 && is_admin_role(roles->get_array().front())) return {};
  return fail(ErrorCode::InvalidInput, "roles may only be [\"entity-admin\"]");
}

/// What there is of a member in a registration.
Result<core::EntityRegistration> decode_member(const JsonFields& fields, std::string_view type_name) {
  auto entity = TRY(fields.object("entityinfo"));
  auto older = TRY(fields.object("entity"));
  if (entity && older) return fail(ErrorCode::InvalidInput, "entity and entityinfo are both in the request");
  if (!entity) entity = std::move(older);
  const bool has_id = entity && !TRY(entity->text("id")).empty();
  if (type_name.empty() || !has_id) {
    return fail(ErrorCode::InvalidInput, "Entity Id/Type is missing in the request");
  }
  const auto type = core::parse_entity_type(type_name);
  if (!type) return fail(ErrorCode::InvalidInput, "type must be AA, FIP or FIU");
  if (const auto repeated = entity->first_repeated(); !repeated.empty()) {
    return fail(ErrorCode::InvalidInput, "entityinfo: " + repeated + " stands twice in the request");
  }
  TRY(check_beside_record(fields));
  return core::EntityRegistration{.type = *type,
                                  .entity_info = entity->value(),
                                  .envelope = fields.value(),
                                  .designated_user = std::nullopt,
                                  .created_by = TRY(fields.short_text("createdBy", {}, kLongestText))};
}

}  // namespace

Result<core::EntityRegistration> decode_registration(const JsonFields& fields) {
  auto registration = TRY(decode_member(fields, TRY(fields.text("type"))));
  if (const auto user = TRY(fields.object("user"))) registration.designated_user = TRY(decode_new_user(*user));
  return registration;
}

Result<core::EntityRegistration> decode_mock_registration(const JsonFields& fields) {
  const auto type = TRY(fields.text("type"));
  return decode_member(fields, type.empty() ? core::to_string(core::EntityType::FIP) : std::string_view(type));
}

boost::json::object onboarded(const core::Entity& entity) {
  return {{"message", "Entity successfully onboarded."},
          {"entity", {{"id", entity.id.text()}, {"name", entity.name}, {"status", core::to_string(entity.status)}}}};
}

std::vector<JsonCall> onboarding_calls(core::Entities& entities, core::Accounts& accounts, const core::Policy& policy) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/iam/v1/entity/register",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         return onboarded(TRY(entities.register_entity(TRY(decode_registration(fields)), context)));
       }},
      {.path = "/iam/v1/user/register",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto user = TRY(accounts.register_user(TRY(decode_new_user(fields)), context));
         return boost::json::object{
             {"username", user.email.text()},
             {"message", "User has been successfully onboarded. Please check your email for further instructions."}};
       }},
      {.method = Method::Put,
       .path = "/iam/v1/entity/user/add",
       .caller = policy.entity_tokens_may_add_users ? Caller::UserOrEntity : Caller::User,
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto email = TRY(decode_email(fields));
         const auto entity = TRY(decode_entity_id(fields));
         TRY(check_roles(fields));
         TRY(accounts.add_entity_admin(email, entity, context));
         return boost::json::object{{"message", "User successfully linked to the entity."}};
       }},
      {.method = Method::Delete,
       .path = "/iam/v1/entity/user/remove",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto email = TRY(decode_email(fields));
         const auto entity = TRY(decode_entity_id(fields));
         TRY(accounts.remove_entity_admin(email, entity, context));
         return boost::json::object{{"message", "User successfully removed from the entity."}};
       }},
  };
}

}  // namespace dwarpal::http
