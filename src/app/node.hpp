// Everything that works on one store: what the service and the commands share.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/settings.hpp"
#include "app/token_event_writer.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "core/administration/administration.hpp"
#include "core/audit/audit_reader.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/audit/refused_calls.hpp"
#include "core/data_keys.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entities.hpp"
#include "core/entity/entity_authentication.hpp"
#include "core/entity/entity_secrets.hpp"
#include "core/entity/entity_tokens.hpp"
#include "core/entity/entity_view.hpp"
#include "core/entity/idempotent_resets.hpp"
#include "core/mail/mailer.hpp"
#include "core/registry/registry.hpp"
#include "core/registry/registry_view.hpp"
#include "core/sandbox/sandbox.hpp"
#include "core/signing/access_tokens.hpp"
#include "core/signing/introspection.hpp"
#include "core/signing/key_ring.hpp"
#include "core/signing/revocations.hpp"
#include "core/signing/revoked_tokens.hpp"
#include "core/signing/signing_keys.hpp"
#include "core/user/accounts.hpp"
#include "core/user/activation.hpp"
#include "core/user/user_tokens.hpp"
#include "crypto/password_hash.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace dwarpal::app {

/// The machine's clock, its random generator and the log, given to whatever is made.
struct Machine {
  const Clock& clock;
  Random& random;
  Log& log;
};

/// What may be done to a store that is opened. Only the service brings an older one up to this program.
enum class Opening { Existing, CreateIfMissing, Serve };

/// The profile that a service would have with these settings: the one that they name, else the store's, else that of a
/// new store. Makes nothing. ErrorCode::InvalidSetting when the store was made for another than they name.
[[nodiscard]] Result<core::Profile> profile_in_force(const Settings& settings, const Clock& clock);

/// The core, constructed in plain sight: members are made in the order in which they need each other. All
/// that is in here is thread-safe.
class Node {
  struct Foundation;

 public:
  /// Opens the store, unwraps its keys, and resolves the profile: a store that has one refuses another. A base URL that
  /// is not set is for the caller to settle. `machine` and
  /// `settings` outlive the node; `settings.policy` is completed by it.
  static Result<std::unique_ptr<Node>> open(Settings& settings, Opening opening, const Machine& machine);

  Node(Foundation foundation, Settings& settings, const Machine& machine);
  ~Node();

  /// For commands that work beside a service and were not told its base URL: the one that the store was last
  /// served under.
  [[nodiscard]] Result<> use_recorded_base_url();
  /// For the last writes of a service that stops: none waits longer for somebody else's transaction.
  void set_busy_timeout(std::chrono::milliseconds busy_timeout) const {
    foundation_.store->set_busy_timeout(busy_timeout);
  }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

 private:
  struct Foundation {
    std::unique_ptr<storage::SqliteStore> store;
    std::unique_ptr<core::DataKeys> data_keys;
    std::unique_ptr<core::AuditTrail> audit;
    std::unique_ptr<core::KeyRing> key_ring;
    std::unique_ptr<crypto::PasswordHasher> password_hasher;
  };
  Foundation foundation_;

 public:
  Settings& settings;
  const core::Policy& policy;
  const Machine machine;
  core::Store& store;
  const core::DataKeys& data_keys;
  const core::AuditTrail& audit;
  core::AuditReader audit_reader;
  core::RefusedCalls refused_calls;
  core::KeyRing& key_ring;
  core::DecisionClock decision_clock;
  const crypto::PasswordHasher& password_hasher;
  TokenEventWriter token_events;
  core::Mailer mailer;
  core::SigningKeys signing_keys;
  core::Activation activation;
  core::Accounts accounts;
  core::Entities entities;
  core::RegistryView registry_view;
  core::Registry registry;
  core::EntityView entity_view;
  core::EntitySecrets entity_secrets;
  core::EntityAuthentication entity_authentication;
  core::IdempotentResets idempotent_resets;
  core::EntityTokens entity_tokens;
  core::UserTokens user_tokens;
  core::RevokedTokens revoked_tokens;
  core::AccessTokens access_tokens;
  core::Introspection introspection;
  core::Revocations revocations;
  core::Sandbox sandbox;
  core::Administration administration;
};

}  // namespace dwarpal::app
