#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "http/api/admin_calls.hpp"
#include "http/api/cursors.hpp"
#include "http/api/signing_key_fields.hpp"

namespace dwarpal::http {

namespace {

boost::json::object encode_expiries(const core::SecretsByExpiry& statistics) {
  boost::json::array items;
  for (const auto& [days, secrets] : statistics.by_days) {
    items.push_back(boost::json::object{{"days", days}, {"secrets", secrets}});
  }
  return {{"items", std::move(items)}, {"withoutExpiry", statistics.without_expiry}};
}

boost::json::object encode_token_statistics(const core::TokenStatistics& statistics) {
  boost::json::array items;
  for (const auto& statistic : statistics.items) {
    boost::json::object item{
        {"hour", unix_milliseconds(statistic.hour)}, {"issued", statistic.issued}, {"refused", statistic.refused}};
    if (statistic.entity) item["entityId"] = statistic.entity->text();
    items.push_back(std::move(item));
  }
  boost::json::object answer{{"items", std::move(items)}};
  if (statistics.next) answer["next"] = encode_token_count_place(*statistics.next);
  return answer;
}

Result<core::TokenCountRange> decode_count_range(const Query& query) {
  const auto times = TRY(query.time_range());
  return core::TokenCountRange{.since = times.since,
                               .until = times.until,
                               .after = TRY(query.parsed("after", parse_token_count_place, kCursor)),
                               .limit = TRY(query.limit())};
}

Result<std::optional<EntityId>> decode_counted_entity(const Query& query) {
  auto id = TRY(query.text("entityId"));
  if (id.empty()) return std::nullopt;
  return EntityId(std::move(id));
}

boost::json::object encode_health(const core::Health& health, const core::Policy& policy, Instant started,
                                  Instant now) {
  boost::json::object outbox{{"waiting", health.outbox.waiting}, {"givenUp", health.outbox.given_up}};
  if (health.outbox.oldest_waiting) outbox["oldestWaitingOn"] = unix_milliseconds(*health.outbox.oldest_waiting);
  boost::json::object audit{
      {"chain", health.audit.newest.chain}, {"number", health.audit.newest.number}, {"waiting", health.audit.waiting}};
  if (health.audit.oldest) audit["oldestOn"] = unix_milliseconds(*health.audit.oldest);
  boost::json::array keys;
  for (const auto& key : health.signing_keys) keys.push_back(encode_signing_key(key));
  return {{"version", DWARPAL_VERSION},
          {"profile", core::to_string(policy.profile)},
          {"startedOn", unix_milliseconds(started)},
          {"uptimeSeconds", std::chrono::floor<std::chrono::seconds>(now - started).count()},
          {"store",
           {{"schema", health.schema_version},
            {"sizeBytes", health.store_size},
            {"newestCommitOn", unix_milliseconds(health.newest_commit)}}},
          {"clock",
           {{"now", unix_milliseconds(now)},
            {"trusted", health.clock_is_trusted},
            {"behindMilliseconds", std::max(Duration(0), health.newest_commit - now).count()}}},
          {"outbox", std::move(outbox)},
          {"audit", std::move(audit)},
          {"signingKeys", std::move(keys)}};
}

}  // namespace

std::vector<AdminCall> admin_node_calls(core::Administration& administration, const core::Policy& policy,
                                        const Clock& clock, Instant started) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/statistics/secrets",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_expiries(TRY(administration.secrets_by_expiry(request.context)));
       }},
      {.path = "/statistics/tokens",
       .query = {"entityId", "since", "until", "limit", "after"},
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto range = TRY(decode_count_range(request.query));
         const auto entity = TRY(decode_counted_entity(request.query));
         return encode_token_statistics(TRY(administration.token_statistics(range, entity, request.context)));
       }},
      {.path = "/health",
       .handle = [&, started](const AdminRequest& request) -> Answer {
         return encode_health(TRY(administration.health(request.context)), policy, started, clock.now());
       }},
  };
}

}  // namespace dwarpal::http
