#include "support/running_network.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "crypto/base64url.hpp"

namespace dwarpal::test {

namespace {

template <typename T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
  return *std::move(result);
}

/// Newest first.
std::vector<core::Mail> mails_in(core::Store& store) {
  const core::MailFilter all{.limit = 100'000};
  return value_of(store.read([&](core::Transaction& transaction) { return transaction.outbox().search(all); }));
}

}  // namespace

RunningNetwork::RunningNetwork(app::Settings settings, const Clock& clock) : settings_(std::move(settings)) {
  const app::Machine machine{.clock = clock, .random = random_, .log = log_};
  node_ = value_of(app::Node::open(settings_, app::Opening::Serve, machine));
  api_ = std::make_unique<http::Api>(http::ApiParts{.accounts = node_->accounts,
                                                    .activation = node_->activation,
                                                    .administration = node_->administration,
                                                    .access_tokens = node_->access_tokens,
                                                    .audit_reader = node_->audit_reader,
                                                    .decision_clock = node_->decision_clock,
                                                    .entities = node_->entities,
                                                    .entity_authentication = node_->entity_authentication,
                                                    .entity_secrets = node_->entity_secrets,
                                                    .entity_tokens = node_->entity_tokens,
                                                    .idempotent_resets = node_->idempotent_resets,
                                                    .introspection = node_->introspection,
                                                    .key_ring = node_->key_ring,
                                                    .refused_calls = node_->refused_calls,
                                                    .registry = node_->registry,
                                                    .revocations = node_->revocations,
                                                    .sandbox = node_->sandbox,
                                                    .signing_keys = node_->signing_keys,
                                                    .store = node_->store,
                                                    .token_events = node_->token_events,
                                                    .user_tokens = node_->user_tokens,
                                                    .policy = node_->policy,
                                                    .clock = clock,
                                                    .random = random_,
                                                    .log = log_});
  server_ = value_of(http::Server::create(settings_.server, *api_, clock, random_, log_));
  thread_ = std::thread([this] { server_->run(); });
}

RunningNetwork::~RunningNetwork() {
  server_->stop();
  thread_.join();
}

std::string RunningNetwork::newest_link_token(const std::string& address) {
  constexpr std::string_view kFragment = "#token=";
  for (auto& mail : mails_in(node_->store)) {
    if (mail.to != address || !mail.link) continue;
    const auto readable = value_of(node_->mailer.open(std::move(mail)));
    const auto link = readable.link->expose();
    return std::string(link.substr(link.find(kFragment) + kFragment.size()));
  }
  return {};
}

std::vector<std::string> RunningNetwork::kinds_of_mails_to(const std::string& address) {
  std::vector<std::string> kinds;
  for (const auto& mail : mails_in(node_->store)) {
    if (mail.to == address) kinds.push_back(mail.kind);
  }
  std::ranges::reverse(kinds);
  return kinds;
}

std::string RunningNetwork::dump_of_store() {
  // Last uses of secrets are written a moment later.
  if (const auto flushed = node_->token_events.flush(); !flushed) throw std::runtime_error(flushed.error().detail);
  constexpr std::array<std::string_view, 3> kCounters = {"meta", "audit_records", "audit_heads"};
  const SQLite::Database database(storage::SqliteStore::file_in(settings_.data_directory).string());
  SQLite::Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  std::string dump;
  while (tables.executeStep()) {
    const auto table = tables.getColumn(0).getString();
    if (std::ranges::find(kCounters, table) != kCounters.end()) continue;
    SQLite::Statement rows(database, "SELECT * FROM " + table + " ORDER BY 1, 2");
    while (rows.executeStep()) {
      dump += table;
      for (int column = 0; column < rows.getColumnCount(); ++column) {
        const auto cell = rows.getColumn(column);
        const auto text = cell.getString();
        dump += " | " + (cell.isBlob() ? crypto::hex(std::as_bytes(std::span(text))) : text);
      }
      dump += "\n";
    }
  }
  return dump;
}

}  // namespace dwarpal::test
