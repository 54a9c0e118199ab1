// What the audit trail tells.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "core/actor.hpp"

namespace dwarpal::core {

enum class AuditOutcome { Done, Refused };

/// `done`, `refused`.
[[nodiscard]] std::string_view to_string(AuditOutcome outcome);
[[nodiscard]] std::optional<AuditOutcome> parse_audit_outcome(std::string_view text);

/// One thing that happened or was refused. Holds nothing that was mistyped: no unknown names, no
/// passwords, no tokens.
struct AuditEvent {
  std::string_view action;   ///< a literal, noun first: "entity.register", "secret.reset", "token.issue"
  std::string subject = {};  ///< whom it was done to: "entity:<id>", "user:<email>", "key:<kid>"; empty: nobody known
  AuditOutcome outcome = AuditOutcome::Done;
  std::string reason = {};  ///< why it was refused, or why the operator did it
  boost::json::object details = {};
};

/// The event as the chain holds it, one flat JSON object; what is empty is left out:
/// {"at": "2026-01-01T00:00:00.000Z", "action": …, "outcome": "done" or "refused", "actorKind": …, "actor": name,
///  "subject": …, "reason": …, "clientAddress": …, "requestId": …, "txnId": …, "details": {…}}
[[nodiscard]] std::string serialize(const AuditEvent& event, const CallContext& context, Instant at);
/// The same where the call itself showed who calls, in place of the context's actor.
[[nodiscard]] std::string serialize(const AuditEvent& event, const Actor& actor, const CallContext& context,
                                    Instant at);
/// The same with `details`, the text of a JSON object or nothing, in place of the event's.
[[nodiscard]] std::string serialize(const AuditEvent& event, std::string_view details, const Actor& actor,
                                    const CallContext& context, Instant at);

}  // namespace dwarpal::core
