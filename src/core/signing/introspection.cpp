#include "core/signing/introspection.hpp"

#include <string>
#include <utility>

#include "core/audit/audit_event.hpp"

namespace dwarpal::core {

namespace {

boost::json::object inactive() { return {{"active", false}}; }

boost::json::object active(const HonouredToken& honoured) {
  boost::json::object answer;
  answer.reserve(honoured.token->claims().size() + 3);
  answer["active"] = true;
  answer["token_type"] = "Bearer";
  for (const auto& claim : honoured.token->claims()) answer.insert(claim);
  if (honoured.actor.kind == Actor::Kind::User) answer["username"] = honoured.actor.name;
  return answer;
}

/// Whatever is wrong with a token, it is not active; what is wrong with us is an error.
Result<boost::json::object> answer_for(const Result<HonouredToken>& honoured) {
  if (honoured) return active(*honoured);
  if (honoured.error().code == ErrorCode::Unauthorized) return inactive();
  return std::unexpected(honoured.error());
}

}  // namespace

Result<boost::json::object> Introspection::for_entity(std::string_view token) const {
  const auto honoured = tokens_.of_anybody(token);
  if (honoured && honoured->actor.kind != Actor::Kind::Entity) return inactive();
  return answer_for(honoured);
}

std::optional<boost::json::object> Introspection::for_entity_from_memory(std::string_view token) const {
  const auto honoured = tokens_.of_entity_from_memory(token);
  if (!honoured) return std::nullopt;
  return active(*honoured);
}

Result<boost::json::object> Introspection::for_operator(std::string_view token, std::string_view presented,
                                                        CallContext context) const {
  context.actor = TRY(tokens_.user(presented));
  if (!context.actor.operator_role) {
    TRY(audit_refusal(store_, audit_,
                      {.action = "token.introspect", .outcome = AuditOutcome::Refused, .reason = "not an operator"},
                      context));
    return fail(ErrorCode::Unauthorized, std::string(kBadToken), "not an operator");
  }
  return answer_for(tokens_.of_anybody(token));
}

}  // namespace dwarpal::core
