#include "http/api/json_call.hpp"

#include <utility>

#include "http/api/bearer.hpp"

namespace dwarpal::http {

namespace {

/// Longer than such a call takes on a busy machine, short enough for a person who waits.
constexpr std::chrono::milliseconds kHiddenDuration{400};

}  // namespace

core::CallContext anonymous_context(const Request& request, std::string txn_id) {
  return {.actor = core::Actor::anonymous(),
          .client_address = request.client_address,
          .request_id = request.request_id,
          .txn_id = std::move(txn_id)};
}

std::string requested_txn_id(const JsonFields& fields) {
  for (const auto* name : {"txnId", "txnid"}) {
    const auto* value = fields.value().if_contains(name);
    if (value != nullptr && value->is_string() && !value->get_string().empty()) return std::string(value->get_string());
  }
  return {};
}

Result<core::Actor> identify(const Request& request, Caller caller, const core::AccessTokens& tokens) {
  if (caller == Caller::Anybody) return core::Actor::anonymous();
  const auto token = TRY(bearer_token(request));
  if (!token) {
    if (caller == Caller::UserIfPresent) return core::Actor::anonymous();
    return fail(ErrorCode::Unauthorized, "Invalid or expired access token");
  }
  auto user = tokens.user(*token);
  if (!user && user.error().code == ErrorCode::Unauthorized && caller == Caller::UserOrEntity) {
    return tokens.entity(*token);
  }
  return user;
}

Route json_route(const Envelope& envelope, const core::AccessTokens& tokens, JsonCall call) {
  const auto method = call.method;
  const auto execution = call.execution;
  const auto path = call.path;
  return {.method = method,
          .path = path,
          .execution = execution,
          .body_kind = BodyKind::Json,
          .handle = [&envelope, &tokens, call = std::move(call)](const Request& request) -> Response {
            const auto fields = JsonFields::parse(request.body);
            if (!fields) return envelope.error(envelope.txn_id({}), fields.error(), request);
            auto context = anonymous_context(request, envelope.txn_id(requested_txn_id(*fields)));
            const auto answer = [&]() -> Result<boost::json::object> {
              context.actor = TRY(identify(request, call.caller, tokens));
              return call.handle(*fields, context);
            }();
            auto response = answer ? envelope.success(context.txn_id, *answer)
                                   : envelope.error(context.txn_id, answer.error(), request);
            if (call.hide_duration_from_anonymous && context.actor.kind == core::Actor::Kind::Anonymous) {
              response.hold_until_after_receipt = kHiddenDuration;
            }
            return response;
          }};
}

}  // namespace dwarpal::http
