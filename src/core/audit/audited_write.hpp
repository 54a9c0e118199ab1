// A management call and its audit record, whether it is carried out or refused.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_event.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Runs `body(Transaction&, AuditEvent&)`, which returns a Result, and records the event in the same
/// transaction. If the body refuses, nothing of it stays and the event is recorded as refused, for the
/// reason that the caller is told. The body writes into the event what it finds to be known: the subject,
/// details, another action; without an action, what was done is not recorded here. A store that cannot serve refuses
/// nobody and is not recorded, nor is who has to wait: the refusal before it tells how long.
template <typename Body>
[[nodiscard]] auto audited_write(Store& store, const AuditTrail& trail, std::string_view action,
                                 const CallContext& context, Body body)
    -> std::invoke_result_t<Body&, Transaction&, AuditEvent&> {
  using Answer = std::invoke_result_t<Body&, Transaction&, AuditEvent&>;
  AuditEvent event;
  auto answer = store.write([&](Transaction& transaction) -> Answer {
    event = AuditEvent{.action = action};
    Answer done = body(transaction, event);
    if (done && !event.action.empty()) TRY(trail.append(transaction, event, context));
    return done;
  });
  if (answer || answer.error().code == ErrorCode::Unavailable || answer.error().code == ErrorCode::Internal ||
      answer.error().code == ErrorCode::TooManyRequests) {
    return answer;
  }
  event.reason = answer.error().message;
  TRY(audit_refusal(store, trail, std::move(event), context));
  answer.error().is_recorded = true;
  return answer;
}

}  // namespace dwarpal::core
