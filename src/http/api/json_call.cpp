#include "http/api/json_call.hpp"

#include <utility>

namespace dwarpal::http {

namespace {

/// Longer than such a call takes on a busy machine, short enough for a person who waits.
constexpr std::chrono::milliseconds kHiddenDuration{400};

}  // namespace

std::string requested_txn_id(const JsonFields& fields) {
  for (const auto* name : {"txnId", "txnid"}) {
    const auto* value = fields.value().if_contains(name);
    if (value != nullptr && value->is_string() && !value->get_string().empty()) return std::string(value->get_string());
  }
  return {};
}

Route json_route(const Envelope& envelope, const Callers& callers, JsonCall call) {
  const auto method = call.method;
  const auto execution = call.execution;
  const auto path = call.path;
  return {.method = method,
          .path = path,
          .execution = execution,
          .body_kind = BodyKind::Json,
          .handle = [&envelope, callers, name = name_of_call(method, path),
                     call = std::move(call)](const Request& request) -> Response {
            const auto fields = JsonFields::parse(request.body);
            if (!fields) return envelope.error(envelope.txn_id({}), fields.error(), request);
            auto context = anonymous_context(request, envelope.txn_id(requested_txn_id(*fields)));
            const auto answer = [&]() -> Result<boost::json::object> {
              context.actor = TRY(callers.identify(request, call.caller, name));
              return call.handle(*fields, context);
            }();
            if (!answer) callers.note_refusal(name, answer.error(), context);
            auto response = answer ? envelope.success(context.txn_id, *answer)
                                   : envelope.error(context.txn_id, answer.error(), request);
            if (call.hide_duration_from_strangers && !context.actor.operator_role) {
              response.hold_until_after_receipt = kHiddenDuration;
            }
            return response;
          }};
}

}  // namespace dwarpal::http
