#include <boost/json/array.hpp>
#include <utility>

#include "http/api/admin_calls.hpp"
#include "http/api/cursors.hpp"

namespace dwarpal::http {

namespace {

boost::json::object encode_record(const core::AuditRecord& record) {
  boost::json::object json{{"chain", record.position.chain},
                           {"number", record.position.number},
                           {"happenedOn", unix_milliseconds(record.at)}};
  auto event = core::readable_event(record);
  event.stable_erase("at");  // the same time, as a text
  // What stands here already is not what somebody has altered.
  json.insert(event.begin(), event.end());
  return json;
}

Result<core::AuditFilter> decode_audit_filter(const Query& query) {
  const auto times = TRY(query.time_range());
  return core::AuditFilter{.action = TRY(query.text("action")),
                           .subject = TRY(query.text("subject")),
                           .actor = TRY(query.text("actor")),
                           .outcome = TRY(query.parsed("outcome", core::parse_audit_outcome, "done or refused")),
                           .range = {.since = times.since,
                                     .until = times.until,
                                     .before = TRY(query.parsed("after", parse_audit_cursor, kCursor))},
                           .limit = TRY(query.limit())};
}

/// Nothing has a number that is none.
core::AuditPosition record_in_path(const AdminRequest& request) {
  const auto chain = parse_position(request.parameters[0]);
  const auto number = parse_position(request.parameters[1]);
  return core::AuditPosition{.chain = chain.value_or(0), .number = number.value_or(0)};
}

}  // namespace

std::vector<AdminCall> admin_audit_calls(core::AuditReader& audit) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/audit",
       .query = {"action", "subject", "actor", "outcome", "since", "until", "limit", "after"},
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto page = TRY(audit.list(TRY(decode_audit_filter(request.query)), request.context));
         boost::json::array items;
         for (const auto& record : page.records) items.push_back(encode_record(record));
         boost::json::object answer{{"items", std::move(items)}};
         if (page.next) answer["next"] = encode_audit_cursor(*page.next);
         return answer;
       }},
      {.path = "/audit/{chain}/{number}",
       .handle = [&](const AdminRequest& request) -> Answer {
         // Beside the envelope, for both have a txnId.
         return boost::json::object{
             {"record", encode_record(TRY(audit.show(record_in_path(request), request.context)))}};
       }},
  };
}

}  // namespace dwarpal::http
