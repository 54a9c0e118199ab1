#include "http/api/admin_call.hpp"

#include <utility>

#include "http/api/json_call.hpp"
#include "http/api/path_pattern.hpp"

namespace dwarpal::http {

namespace {

Result<AdminRequest> read_admin_request(const Request& request, const AdminCall& call) {
  auto parameters = TRY(path_parameters(call.path, request.target_path));
  auto fields = TRY(JsonFields::parse(request.body.empty() ? "{}" : request.body));
  auto query = TRY(Query::parse(request.query));
  return AdminRequest{
      .parameters = std::move(parameters), .query = std::move(query), .fields = std::move(fields), .context = {}};
}

}  // namespace

Route admin_route(const Envelope& envelope, const Callers& callers, AdminCall call) {
  call.path = "/admin/v1" + call.path;
  const auto method = call.method;
  const auto path = call.path;
  return {.method = method,
          .path = path,
          .execution = Execution::Store,
          .body_kind = BodyKind::Json,
          .handle = [&envelope, callers, name = name_of_call(method, path),
                     call = std::move(call)](const Request& request) -> Response {
            auto read_request = read_admin_request(request, call);
            if (!read_request) return envelope.error(envelope.txn_id({}), read_request.error(), request);
            auto& context = read_request->context;
            context = anonymous_context(request, envelope.txn_id(requested_txn_id(read_request->fields)));
            const auto answer = [&]() -> Result<boost::json::object> {
              context.actor = TRY(callers.identify(request, Caller::UserOrEntity, name));
              TRY(read_request->query.refuse_others_than(call.query));
              return call.handle(*read_request);
            }();
            if (!answer) callers.note_refusal(name, answer.error(), context);
            return answer ? envelope.success(context.txn_id, *answer)
                          : envelope.error(context.txn_id, answer.error(), request);
          }};
}

}  // namespace dwarpal::http
