#include <boost/json/array.hpp>

#include "http/api/admin_calls.hpp"

namespace dwarpal::http {

namespace {

boost::json::object encode_expiries(const core::SecretsByExpiry& statistics) {
  boost::json::array items;
  for (const auto& [days, secrets] : statistics.by_days) {
    items.push_back(boost::json::object{{"days", days}, {"secrets", secrets}});
  }
  return {{"items", std::move(items)}, {"withoutExpiry", statistics.without_expiry}};
}

boost::json::object encode_health(const core::StoreHealth& health, const core::Policy& policy, Instant started,
                                  Instant now) {
  boost::json::object outbox{{"waiting", health.outbox.waiting}, {"givenUp", health.outbox.given_up}};
  if (health.outbox.oldest_waiting) outbox["oldestWaitingOn"] = unix_milliseconds(*health.outbox.oldest_waiting);
  return {{"version", DWARPAL_VERSION},
          {"profile", core::to_string(policy.profile)},
          {"startedOn", unix_milliseconds(started)},
          {"uptimeSeconds", std::chrono::floor<std::chrono::seconds>(now - started).count()},
          {"store", {{"schema", health.schema_version}, {"newestCommitOn", unix_milliseconds(health.newest_commit)}}},
          {"clock", {{"now", unix_milliseconds(now)}, {"trusted", health.clock_is_trusted}}},
          {"outbox", std::move(outbox)}};
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
      {.path = "/health",
       .handle = [&, started](const AdminRequest& request) -> Answer {
         return encode_health(TRY(administration.health(request.context)), policy, started, clock.now());
       }},
  };
}

}  // namespace dwarpal::http
