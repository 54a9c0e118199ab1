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

constexpr std::size_t kUsualSize = 512;  // of an event

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
  return serialize(event, context.actor, context, at);
}

std::string serialize(const AuditEvent& event, const Actor& actor, const CallContext& context, Instant at) {
  return serialize(event, event.details.empty() ? std::string() : ascii_json(event.details), actor, context, at);
}

std::string serialize(const AuditEvent& event, std::string_view details, const Actor& actor, const CallContext& context,
                      Instant at) {
  std::string json = "{";
  json.reserve(kUsualSize);
  const auto begin = [&json](std::string_view member) {
    if (json.size() > 1) json += ',';
    json.append(1, '"').append(member).append("\":");
  };
  const auto put = [&](std::string_view member, std::string_view text) {
    if (text.empty()) return;
    begin(member);
    append_json_string(json, text);
  };
  put("at", iso8601(at));
  put("action", event.action);
  put("outcome", to_string(event.outcome));
  put("actorKind", to_string(actor.kind));
  put("actor", actor.name);
  put("subject", event.subject);
  put("reason", event.reason);
  put("clientAddress", context.client_address);
  put("requestId", context.request_id);
  put("txnId", context.txn_id);
  if (!details.empty()) {
    begin("details");
    json += details;
  }
  return json += '}';
}

}  // namespace dwarpal::core
