#include "http/api/registry_calls.hpp"

#include <charconv>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "http/api/cacheable.hpp"
#include "http/api/form.hpp"
#include "http/api/json_call.hpp"
#include "http/api/path_pattern.hpp"
#include "http/api/record_fields.hpp"
#include "http/api/registry_answers.hpp"

namespace dwarpal::http {

namespace {

using core::EntityType;

constexpr std::string_view kVersion1 = "/cr/entityInfo/";

/// Which list, or which record of it, a path names.
struct Place {
  EntityType type = EntityType::AA;
  EntityId id;  // empty: the list
};

Result<Place> place_in(std::string_view pattern, const Request& request) {
  auto parameters = TRY(path_parameters(pattern, request.target_path));
  const auto type = core::parse_entity_type(parameters.front());
  if (!type) return fail(ErrorCode::InvalidInput, "type must be AA, FIP or FIU");
  return Place{.type = *type, .id = EntityId(parameters.size() > 1 ? std::move(parameters.back()) : std::string())};
}

Result<std::optional<std::size_t>> decode_limit(const Form& query) {
  const auto text = TRY(query.text("limit"));
  if (text.empty()) return std::optional<std::size_t>();
  std::size_t limit = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool is_number = stopped == text.data() + text.size();
  if (is_number && error == std::errc::result_out_of_range) {
    return std::optional(std::numeric_limits<std::size_t>::max());
  }
  if (!is_number || limit == 0) return fail(ErrorCode::InvalidInput, "limit must be a whole number of at least 1");
  return std::optional(limit);
}

Result<core::RegistryRange> decode_range(const Request& request) {
  const auto query = Form::parse(request.query);
  if (!query) {
    return fail(ErrorCode::InvalidInput, "limit or after cannot be read: the query is no percent-encoded UTF-8");
  }
  core::RegistryRange range{.after = EntityId(TRY(query->text("after"))), .limit = TRY(decode_limit(*query))};
  if (!range.after.empty() && !core::is_entity_id(range.after.text())) {
    return fail(ErrorCode::InvalidInput, "after must be an entity id");
  }
  return range;
}

/// Records that the caller sees: kept by the client alone, and asked about each time.
Response answer_records(const Request& request, const core::SharedRegistryText& records) {
  const std::shared_ptr<const std::string> text(records, &records->text);
  auto response = cacheable(request, "application/json", text, records->digest, "private, no-cache");
  response.headers.push_back({"Vary", "Authorization"});
  return response;
}

/// RFC 8288, relative to the request's own path: whatever prefix a proxy adds to it stays. Ids need no encoding in it.
Header link_to_next(std::size_t limit, const EntityId& after) {
  return {"Link", "<?limit=" + std::to_string(limit) + "&after=" + after.text() + R"(>; rel="next")"};
}

/// What a call does once its caller is known; `context.actor` is the caller.
using RegistryHandler =
    std::function<Result<Response>(const Request& request, const Place& place, const core::CallContext& context)>;

/// A call without a body; who may not read is not recorded. Order: token, then the path's parameters, then the
/// handler's own checks.
Route call_without_body(const RegistryParts& parts, Method method, std::string path, RegistryHandler handle) {
  return {.method = method,
          .path = path,
          .execution = Execution::Store,
          .handle = [parts, path, name = method == Method::Get ? std::string() : name_of_call(method, path),
                     handle = std::move(handle)](const Request& request) -> Response {
            auto context = anonymous_context(request, parts.envelope.txn_id({}));
            const auto response = [&]() -> Result<Response> {
              context.actor = TRY(parts.callers.identify(request, Caller::UserOrEntity, name));
              return handle(request, TRY(place_in(path, request)), context);
            }();
            if (!response && !name.empty()) parts.callers.note_refusal(name, response.error(), context);
            return response ? *response : registry_error(parts.log, response.error(), request);
          }};
}

/// What a read answers an entity, as far as memory can tell; null: the handler knows.
using RegistryMemory =
    std::function<core::SharedRegistryText(const Request& request, const Place& place, const core::Actor& entity)>;

/// A call without a body that answers entities from memory, without blocking, wherever that is possible.
Route read_call(const RegistryParts& parts, std::string path, RegistryHandler handle, RegistryMemory remember) {
  auto route = call_without_body(parts, Method::Get, std::move(path), std::move(handle));
  route.handle_inline = [callers = parts.callers, path = route.path,
                         remember = std::move(remember)](const Request& request) -> std::optional<Response> {
    const auto caller = callers.entity_from_memory(request);
    const auto place = place_in(path, request);
    if (!caller || !place) return std::nullopt;
    const auto records = remember(request, *place, *caller);
    if (!records) return std::nullopt;
    return answer_records(request, records);
  };
  return route;
}

/// What a write does with its record.
using RecordHandler = std::function<Result<>(RecordFields record, const core::CallContext& context)>;

/// A call that writes a record. Order: malformed body, token, then the path's parameter and the fields.
Route write_call(const RegistryParts& parts, Method method, RecordHandler handle) {
  const auto path = std::string(kVersion1) + "{type}";
  return {.method = method,
          .path = path,
          .execution = Execution::Store,
          .body_kind = BodyKind::Json,
          .handle = [parts, path, name = name_of_call(method, path),
                     handle = std::move(handle)](const Request& request) -> Response {
            auto context = anonymous_context(request, {});
            const auto done = [&]() -> Result<> {
              const auto fields = TRY(JsonFields::parse(request.body));
              context.txn_id = parts.envelope.txn_id(requested_txn_id(fields));
              context.actor = TRY(parts.callers.identify(request, Caller::UserOrEntity, name));
              const auto place = TRY(place_in(path, request));
              return handle(TRY(decode_record(fields, place.type)), context);
            }();
            if (!done) parts.callers.note_refusal(name, done.error(), context);
            return done ? registry_done() : registry_error(parts.log, done.error(), request);
          }};
}

}  // namespace

std::vector<Route> registry_routes(const RegistryParts& parts) {
  auto& registry = parts.registry;
  const std::string list_path = "/cr/v2/entityInfo/{type}";
  const auto record_path = list_path + "/{id}";
  return {
      read_call(
          parts, list_path,
          [&registry](const Request& request, const Place& place,
                      const core::CallContext& context) -> Result<Response> {
            const auto range = TRY(decode_range(request));
            const auto list = TRY(registry.list(place.type, range, context.actor));
            auto response = answer_records(request, list.records);
            if (list.next_is_after) response.headers.push_back(link_to_next(*range.limit, *list.next_is_after));
            return response;
          },
          [&registry](const Request& request, const Place& place, const core::Actor& entity) {
            return request.query.empty() ? registry.list_from_memory(place.type, entity) : nullptr;
          }),
      read_call(
          parts, record_path,
          [&registry](const Request& request, const Place& place,
                      const core::CallContext& context) -> Result<Response> {
            return answer_records(request, TRY(registry.find(place.type, place.id, context.actor)));
          },
          [&registry](const Request&, const Place& place, const core::Actor& entity) {
            return registry.find_from_memory(place.type, place.id, entity);
          }),
      call_without_body(
          parts, Method::Delete, record_path,
          [&registry](const Request&, const Place& place, const core::CallContext& context) -> Result<Response> {
            TRY(registry.deregister(place.type, place.id, context));
            return registry_done();
          }),
      write_call(parts, Method::Post,
                 [&entities = parts.entities](RecordFields record, const core::CallContext& context) -> Result<> {
                   TRY(entities.register_entity({.type = record.type,
                                                 .entity_info = std::move(record.entity_info),
                                                 .envelope = std::move(record.envelope),
                                                 .designated_user = std::nullopt,
                                                 .created_by = std::move(record.created_by)},
                                                context));
                   return {};
                 }),
      write_call(parts, Method::Put,
                 [&registry](const RecordFields& record, const core::CallContext& context) -> Result<> {
                   return registry.replace(
                       {.type = record.type, .entity_info = record.entity_info, .envelope = record.envelope}, context);
                 }),
  };
}

std::optional<Response> retired_read(const Request& request) {
  const bool is_read = request.method == Method::Get || request.method == Method::Head;
  if (!is_read || !request.target_path.starts_with(kVersion1)) return std::nullopt;
  return registry_refusal(410, "Version 1 is not read any more; use /cr/v2/entityInfo");
}

}  // namespace dwarpal::http
