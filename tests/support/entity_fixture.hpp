// A network with one member, its admin, and the use cases of entities.
#pragma once

#include <memory>
#include <string>

#include "core/audit/token_events.hpp"
#include "core/entity/entities.hpp"
#include "core/entity/entity_authentication.hpp"
#include "core/entity/entity_secrets.hpp"
#include "core/entity/entity_tokens.hpp"
#include "core/entity/entity_view.hpp"
#include "core/signing/key_ring.hpp"
#include "core/signing/new_signing_key.hpp"
#include "core/signing/signing_key.hpp"
#include "crypto/private_key.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::test {

/// Writes each event at once.
class TokenEventsAtOnce final : public core::TokenEventSink {
 public:
  TokenEventsAtOnce(core::Store& store, const core::AuditTrail& audit) : store_(store), audit_(audit) {}

  Result<> record(core::TokenEvent event) override {
    if (is_full) return fail(ErrorCode::Unavailable, "The service is temporarily unavailable");
    return store_.write([&](core::Transaction& transaction) -> Result<> {
      TRY(audit_.append_all(transaction, std::span(&event, 1)));
      if (!event.used) return {};
      return transaction.secrets().set_last_used(event.entity, event.used->number, event.used->at);
    });
  }
  Result<> flush() override { return {}; }
  void when_committed(std::function<void(bool)> told) override { told(true); }
  std::size_t waiting() override { return 0; }

  bool is_full = false;

 private:
  core::Store& store_;
  const core::AuditTrail& audit_;
};

/// The use cases that concern secrets, over a store as one process has it open.
struct EntityProcess {
  EntityProcess(core::Store& process_store, const FixedClock& machine_clock, const core::DataKeys& keys, Random& random,
                const core::Policy& policy)
      : store(process_store),
        audit(keys, machine_clock),
        clock(machine_clock, store),
        key_ring(*core::KeyRing::open(store, keys, audit, random, machine_clock, policy)),
        events(store, audit),
        view(store),
        authentication(store, view, keys, events, clock, policy),
        tokens(authentication, *key_ring, events, random, policy),
        secrets(store, keys, audit, events, clock, random, policy) {
    store.on_change([this](const core::StoreChange& change) { view.forget(change.entities); });
  }
  ~EntityProcess() { store.on_change({}); }
  EntityProcess(const EntityProcess&) = delete;
  EntityProcess& operator=(const EntityProcess&) = delete;

  /// As the service does: from memory, and with a look at the store where that does not suffice.
  Result<core::IssuedToken> token(const core::EntityCredentials& credentials, const core::CallContext& context) {
    if (auto issued = tokens.issue_from_memory(credentials, context)) return *std::move(issued);
    return tokens.issue(credentials, context);
  }

  core::Store& store;
  core::AuditTrail audit;
  core::DecisionClock clock;
  std::unique_ptr<core::KeyRing> key_ring;
  TokenEventsAtOnce events;
  core::EntityView view;
  core::EntityAuthentication authentication;
  core::EntityTokens tokens;
  core::EntitySecrets secrets;
};

class EntityFixture : public UserFixture {
 protected:
  EntityFixture() { make_admin(admin_, member_); }

  static constexpr std::string_view kId = "FIP-1";

  /// The instant that many days after the start of the test, when everything was made.
  [[nodiscard]] Instant day(int days) const { return start_ + std::chrono::days(days); }
  void at(Instant now) { test_.clock().set(now); }

  [[nodiscard]] core::CallContext by_admin() const { return by_user(admin_); }
  /// By the admin's user token that ends then.
  [[nodiscard]] core::CallContext by_admin_until(Instant token_expires_at) const {
    auto context = by_admin();
    context.actor.token_expires_at = token_expires_at;
    return context;
  }

  [[nodiscard]] core::SecretReset reset_request(std::optional<std::int64_t> days = {}) const {
    return {.entity = member_.id, .expiry_days = days};
  }
  core::ReadableSecret reset(std::optional<std::int64_t> days = {}) {
    auto answer = process_.secrets.reset(reset_request(days), by_admin());
    EXPECT_TRUE(done(answer));
    return *std::move(answer);
  }
  std::string read_secret() {
    const auto answer = process_.secrets.read(member_.id, by_admin());
    EXPECT_TRUE(done(answer));
    return answer ? std::string(answer->secret.expose()) : "";
  }

  [[nodiscard]] static core::EntityCredentials credentials(std::string_view secret, std::string id = std::string(kId)) {
    return {.id = std::move(id), .secret = Secret::copy_of(secret)};
  }
  Result<core::IssuedToken> token(std::string_view secret) { return process_.token(credentials(secret), anonymous()); }

  /// What comes of a token call with the secret now: "ok", "401", or the warning.
  std::string use(const core::ReadableSecret& secret) { return use_in(process_, secret); }
  static std::string use_in(EntityProcess& process, const core::ReadableSecret& secret) {
    const auto issued = process.token(credentials(secret.secret.expose()), anonymous());
    if (issued) return issued->message.empty() ? "ok" : issued->message;
    return refused(issued, ErrorCode::Unauthorized, "Invalid entity id/secret or secret is expired") ? "401" : "error";
  }
  [[nodiscard]] static std::string expired() {
    return "The secret for entity with ID FIP-1 is expired and within the grace period";
  }
  [[nodiscard]] static std::string replaced_until(Instant end) {
    return "The secret for entity with ID FIP-1 has been replaced and is within the grace period until " + iso8601(end);
  }

  [[nodiscard]] core::Entity stored() {
    return *read([&](core::Transaction& transaction) { return transaction.entities().find(member_.id); });
  }
  void shift_clock(Duration by) {
    auto entity = stored();
    entity.clock_shift = by;
    write([&](core::Transaction& transaction) { return transaction.entities().update(entity); });
  }

  /// The store with a signing key in it: the RSA key that it would get else takes long to make.
  core::Store& store_with_signing_key() {
    auto stored = *core::make_signing_key({.algorithm = crypto::SignatureAlgorithm::ES256}, keys_, random_, start_);
    stored.state = core::SigningKeyState::Active;
    write([&](core::Transaction& transaction) { return transaction.signing_keys().insert(stored); });
    return test_.store();
  }

  const Instant start_ = test_.clock().now();
  const core::Entity member_ = entity(std::string(kId));
  const core::User admin_ = active("admin@fip.test");
  EntityProcess process_{store_with_signing_key(), test_.clock(), keys_, random_, policy_};
  core::Entities entities_{test_.store(), accounts_, audit_, decision_clock_, random_, policy_};
};

}  // namespace dwarpal::test
