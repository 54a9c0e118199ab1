#include "core/audit/audit_event.hpp"

#include "base/json.hpp"

namespace dwarpal::core {

namespace {

std::string_view to_string(Actor::Kind kind) {
  switch (kind) {
    case Actor::Kind::Anonymous: return "anonymous";
    case Actor::Kind::User: return "user";
    case Actor::Kind::Entity: return "entity";
    case Actor::Kind::CommandLine: return "command-line";
    case Actor::Kind::System: return "system";
  }
  return {};
}

}  // namespace

std::string_view to_string(AuditOutcome outcome) {
  switch (outcome) {
    case AuditOutcome::Done: return "done";
    case AuditOutcome::Refused: return "refused";
  }
  return {};
}

std::optional<AuditOutcome> parse_audit_outcome(std::string_view text) {
  for (const auto outcome : {AuditOutcome::Done, AuditOutcome::Refused}) {
    if (text == to_string(outcome)) return outcome;
  }
  return std::nullopt;
}

std::string serialize(const AuditEvent& event, const CallContext& context, Instant at) {
  JsonScratch scratch;
  boost::json::object json(scratch.storage());
  json.reserve(12);
  const auto put = [&json](std::string_view name, std::string_view text) {
    if (!text.empty()) json[name] = text;
  };
  put("at", iso8601(at));
  put("action", event.action);
  put("outcome", to_string(event.outcome));
  put("actorKind", to_string(context.actor.kind));
  put("actor", context.actor.name);
  put("subject", event.subject);
  put("reason", event.reason);
  put("clientAddress", context.client_address);
  put("requestId", context.request_id);
  put("txnId", context.txn_id);
  if (!event.details.empty()) json["details"] = event.details;
  return ascii_json(json);
}

}  // namespace dwarpal::core
