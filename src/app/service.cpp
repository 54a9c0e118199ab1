#include "app/service.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/audit_archive.hpp"
#include "app/job.hpp"
#include "app/node.hpp"
#include "app/process.hpp"
#include "app/sandbox.hpp"
#include "base/clock.hpp"
#include "base/instant.hpp"
#include "core/audit/token_statistics.hpp"
#include "core/network_store.hpp"
#include "crypto/system_random.hpp"
#include "delivery/outbox_worker.hpp"
#include "http/api/api.hpp"
#include "http/server/server.hpp"
#include "storage/lock_file.hpp"

namespace dwarpal::app {

namespace {

using namespace std::chrono_literals;

// What another process commits is in force within 2 s.
constexpr auto kLookForChanges = 500ms;
constexpr auto kLookAtOutbox = 2s;
constexpr auto kLookAtKeys = 1min;
constexpr auto kForgetExpired = 60s;
constexpr auto kLookAtOldRecords = 1h;
constexpr auto kSumRefusedCalls = 1s;
// In the last seconds many tries are better than one that takes them all.
constexpr auto kLastWritesWait = 500ms;

/// For files, and for connections that are turned away.
constexpr std::size_t kOtherDescriptors = 1'256;

/// A base URL for a sandbox that was given none; other profiles do not start without.
void settle_base_url(Settings& settings, const http::Server& server) {
  if (!settings.policy.public_base_url.empty()) return;
  settings.policy.public_base_url = (settings.server.tls ? "https://" : "http://") + server.address();
}

/// Records for what the store serves, so that commands beside us need not be told.
Result<> record_network(Node& node) {
  return node.store.write([&](core::Transaction& transaction) -> Result<> {
    TRY(transaction.network().set_profile(node.policy.profile));
    TRY(transaction.network().set_public_base_url(node.policy.public_base_url));
    core::AuditEvent event{.action = "service.start"};
    boost::json::object settings;
    for (const auto& [name, value] : node.settings.changed) settings[name] = value;
    event.details = {{"profile", core::to_string(node.policy.profile)},
                     {"publicBaseUrl", node.policy.public_base_url},
                     {"settings", std::move(settings)}};
    return node.audit.append(transaction, event, {.actor = core::Actor::system()});
  });
}

Result<> tell_sandbox(Node& node) {
  const auto credentials = TRY(sandbox_credentials(node));
  if (!credentials) return {};
  const auto file = TRY(write_sandbox_credentials(node, *credentials));
  const bool terminal = isatty(STDERR_FILENO) == 1;
  fmt::print(stderr, "{}",
             terminal ? sandbox_greeting(node, *credentials) : sandbox_greeting_by_file(node, *credentials, file));
  return {};
}

std::unexpected<Error> cannot_announce(int descriptor) {
  return fail(ErrorCode::InvalidSetting, "--ready-fd: cannot write to descriptor " + std::to_string(descriptor));
}

Result<> announce(const std::string& base_url, const ServeOptions& options) {
  const auto line = base_url + '\n';
  const auto print_to = [&](int descriptor) {
    return ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  };
  print_to(STDOUT_FILENO);  // whoever does not read it does not want it
  if (options.ready_descriptor) {
    if (!print_to(*options.ready_descriptor)) return cannot_announce(*options.ready_descriptor);
    ::close(*options.ready_descriptor);
  }
  return {};
}

/// The outbox's job: delivery where there is a mail server, else only what expires.
class Delivery {
 public:
  static Result<std::unique_ptr<Delivery>> create(Node& node) {
    std::unique_ptr<Delivery> delivery(new Delivery(node));
    if (node.settings.smtp) {
      delivery->smtp_ = TRY(delivery::SmtpClient::create(std::move(*node.settings.smtp)));
      delivery->worker_.emplace(node.store, node.mailer, *delivery->smtp_, node.decision_clock, node.machine.log);
    }
    return delivery;
  }

  Result<> pass(const std::stop_token& stop) {
    if (!worker_) return delivery::erase_ended_links(node_.store, node_.decision_clock);
    TRY(worker_->deliver_due(stop));
    return {};
  }

 private:
  explicit Delivery(Node& node) : node_(node) {}

  Node& node_;
  std::optional<delivery::SmtpClient> smtp_;
  std::optional<delivery::OutboxWorker> worker_;
};

/// Stopped in the middle it has done nothing yet, or goes on after the next start.
Result<> archive_old(Node& node, const std::stop_token& stop) {
  const auto archived =
      TRY(archive_audit_trail(node, node.settings.audit_archive_directory, {.actor = core::Actor::system()}, stop));
  if (archived.records == 0) return {};
  node.machine.log.info("old audit records are archived",
                        {{"records", archived.records}, {"file", archived.file.string()}});
  return {};
}

/// What was recorded and is not written yet. The service may take `within` for it.
Result<> write_the_rest(Node& node, Duration within) {
  node.set_busy_timeout(kLastWritesWait);
  auto token_events = node.token_events.finish(within);
  const auto refused_calls = node.refused_calls.write();
  if (!token_events) node.machine.log.error(token_events.error().message);
  if (!refused_calls) node.machine.log.error("the last refused calls are lost to the audit trail");
  return token_events ? refused_calls : token_events;
}

/// Connections for which no descriptor is left would be neither served nor told so.
void fit_connections(std::size_t& max_connections, Log& log) {
  const std::size_t wanted = max_connections + kOtherDescriptors;
  const std::size_t allowed = allow_descriptors(wanted);
  if (allowed >= wanted) return;
  // With few, those who are turned away need as many as those who are served, and files the last third.
  const std::size_t fit = std::max(allowed / 3, allowed - std::min(allowed, kOtherDescriptors));
  if (fit >= max_connections) return;
  log.warning("server.max_connections: the system's limit of open files (ulimit -Hn) does not allow for so many",
              {{"limit", static_cast<std::int64_t>(allowed)}, {"connections", static_cast<std::int64_t>(fit)}});
  max_connections = fit;
}

}  // namespace

Result<> serve(Settings settings, const ServeOptions& options) {
  block_stop_signals();
  const SystemClock clock;
  crypto::SystemRandom random;
  Log log(settings.log_level, settings.log_format);
  const Machine machine{.clock = clock, .random = random, .log = log};

  // What is asked for is checked before anything is made.
  settings.policy.profile = settings.profile.value_or(core::Profile::Sandbox);
  TRY(check_start(settings));
  if (options.ready_descriptor && ::fcntl(*options.ready_descriptor, F_GETFD) < 0) {
    return cannot_announce(*options.ready_descriptor);
  }
  const auto lock = TRY(storage::DirectoryLock::acquire(settings.data_directory));
  const auto node = TRY(Node::open(settings, Opening::Serve, machine));
  TRY(check_profile(settings));
  for (const auto& warning : warnings(settings)) log.warning(warning);
  const auto delivery = TRY(Delivery::create(*node));

  const http::Api api({.accounts = node->accounts,
                       .activation = node->activation,
                       .administration = node->administration,
                       .access_tokens = node->access_tokens,
                       .audit_reader = node->audit_reader,
                       .decision_clock = node->decision_clock,
                       .entities = node->entities,
                       .entity_authentication = node->entity_authentication,
                       .entity_secrets = node->entity_secrets,
                       .entity_tokens = node->entity_tokens,
                       .idempotent_resets = node->idempotent_resets,
                       .introspection = node->introspection,
                       .key_ring = node->key_ring,
                       .refused_calls = node->refused_calls,
                       .registry = node->registry,
                       .revocations = node->revocations,
                       .sandbox = node->sandbox,
                       .signing_keys = node->signing_keys,
                       .store = node->store,
                       .token_events = node->token_events,
                       .user_tokens = node->user_tokens,
                       .policy = node->policy,
                       .clock = clock,
                       .random = random,
                       .log = log});
  fit_connections(settings.server.max_connections, log);
  // It listens from here on, so that the address is known, and answers from run() on.
  const auto server = TRY(http::Server::create(settings.server, api, clock, random, log));
  settle_base_url(settings, *server);
  if (settings.policy.profile == core::Profile::Sandbox) TRY(furnish_sandbox(*node));
  TRY(record_network(*node));
  if (settings.policy.profile == core::Profile::Sandbox) TRY(tell_sandbox(*node));

  const Job changes(
      "changes", kLookForChanges, [&](const std::stop_token&) { return node->store.notice_changes(); }, log);
  const Job outbox("outbox", kLookAtOutbox, [&](const std::stop_token& stop) { return delivery->pass(stop); }, log);
  const Job keys(
      "keys", kLookAtKeys, [&](const std::stop_token&) { return node->signing_keys.follow_schedule(); }, log);
  const Job cleaning(
      "cleaning", kForgetExpired,
      [&](const std::stop_token&) -> Result<> {
        TRY(node->idempotent_resets.forget_old());
        TRY(node->revocations.forget_expired());
        TRY(core::forget_old_token_counts(node->store, node->decision_clock, node->policy));
        return node->entity_authentication.forget_ended_assertions();
      },
      log);
  const Job refused_calls(
      "refused calls", kSumRefusedCalls, [&](const std::stop_token&) { return node->refused_calls.write(); }, log);
  std::optional<Job> archive;
  if (!settings.audit_archive_directory.empty()) {
    archive.emplace(
        "audit archive", kLookAtOldRecords, [&](const std::stop_token& stop) { return archive_old(*node, stop); }, log);
  }
  std::atomic<Instant> stopped_at;
  const StopSignals signals([&] {
    stopped_at = clock.now();
    server->stop();
  });

  TRY(announce(settings.policy.public_base_url, options));
  log.info("serving", {{"address", server->address()},
                       {"profile", core::to_string(settings.policy.profile)},
                       {"data", settings.data_directory.string()}});
  server->run();
  const Duration drain = settings.server.timeouts.drain;
  TRY(write_the_rest(*node, std::clamp(drain - (clock.now() - stopped_at.load()), Duration::zero(), drain)));
  log.info("stopped");
  return {};
}

}  // namespace dwarpal::app
