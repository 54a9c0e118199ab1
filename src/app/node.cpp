#include "app/node.hpp"

#include "app/key_file_rotation.hpp"
#include "app/master_key.hpp"
#include "core/network_store.hpp"

namespace dwarpal::app {

namespace {

/// The profile that is asked for, else the store's, else that of a new store that nobody asked anything of.
Result<core::Profile> resolve_profile(core::Store& store, std::optional<core::Profile> wanted) {
  const auto recorded = TRY(store.read([](core::Transaction& transaction) { return transaction.network().profile(); }));
  if (wanted && recorded && *wanted != *recorded) {
    return fail(ErrorCode::InvalidSetting, "network.profile is " + std::string(core::to_string(*wanted)) +
                                               ", but this store was made for " +
                                               std::string(core::to_string(*recorded)));
  }
  return wanted.value_or(recorded.value_or(core::Profile::Sandbox));
}

storage::SqliteOptions options_for(Opening opening) {
  return {.create = opening == Opening::Existing ? storage::Create::No : storage::Create::Yes,
          .migrate = opening == Opening::Serve ? storage::Migrate::Yes : storage::Migrate::No};
}

}  // namespace

Result<core::Profile> profile_in_force(const Settings& settings, const Clock& clock) {
  const auto& directory = settings.data_directory;
  const bool has_store = std::filesystem::exists(storage::SqliteStore::file_in(directory));
  if (!has_store) return settings.profile.value_or(core::Profile::Sandbox);
  const auto store = storage::SqliteStore::open(directory, clock, options_for(Opening::Existing));
  if (store) return resolve_profile(**store, settings.profile);
  // One of an older dwarpal cannot be asked before the start has migrated it.
  if (settings.profile) return *settings.profile;
  return std::unexpected(store.error());
}

Result<std::unique_ptr<Node>> Node::open(Settings& settings, Opening opening, const Machine& machine) {
  if (opening == Opening::Existing &&
      !std::filesystem::exists(storage::SqliteStore::file_in(settings.data_directory))) {
    return fail(ErrorCode::NotFound, "There is no store in " + settings.data_directory.string());
  }
  Foundation foundation;
  // Before the store, which is the proof that there was a master key already.
  const auto master_key = TRY(load_master_key(settings, machine.random));
  foundation.store = TRY(storage::SqliteStore::open(settings.data_directory, machine.clock, options_for(opening)));
  settings.policy.profile = TRY(resolve_profile(*foundation.store, settings.profile));
  foundation.data_keys = std::make_unique<core::DataKeys>(
      TRY(open_data_keys(*foundation.store, *master_key, settings, machine.random, machine.clock, machine.log)));
  foundation.audit = std::make_unique<core::AuditTrail>(*foundation.data_keys, machine.clock);
  foundation.key_ring = TRY(core::KeyRing::open(*foundation.store, *foundation.data_keys, *foundation.audit,
                                                machine.random, machine.clock, settings.policy));
  foundation.password_hasher = std::make_unique<crypto::PasswordHasher>(TRY(crypto::PasswordHasher::create()));
  auto node = std::make_unique<Node>(std::move(foundation), settings, machine);
  // Once the listener is in its place: what is revoked from now on is told.
  TRY(node->revoked_tokens.load());
  return node;
}

Node::Node(Foundation foundation, Settings& node_settings, const Machine& node_machine)
    : foundation_(std::move(foundation)),
      settings(node_settings),
      policy(node_settings.policy),
      machine(node_machine),
      store(*foundation_.store),
      data_keys(*foundation_.data_keys),
      audit(*foundation_.audit),
      audit_reader(store, audit),
      refused_calls(store, audit, machine.clock),
      key_ring(*foundation_.key_ring),
      decision_clock(machine.clock, store),
      password_hasher(*foundation_.password_hasher),
      token_events(store, audit, machine.log),
      mailer(data_keys, machine.random),
      signing_keys(store, data_keys, mailer, audit, decision_clock, machine.random, policy),
      activation(store, mailer, audit, decision_clock, machine.random, password_hasher, policy),
      accounts(store, activation, mailer, audit, decision_clock, machine.random, policy),
      entities(store, accounts, audit, decision_clock, machine.random, policy),
      registry_view(store),
      registry(store, registry_view, entities, mailer, audit, decision_clock, policy),
      entity_view(store),
      entity_secrets(store, data_keys, audit, token_events, decision_clock, machine.random, policy),
      entity_authentication(store, entity_view, data_keys, token_events, decision_clock, policy),
      idempotent_resets(store, entity_secrets, data_keys, audit, token_events, decision_clock),
      entity_tokens(entity_authentication, key_ring, token_events, machine.random, policy),
      user_tokens(store, token_events, key_ring, decision_clock, machine.random, password_hasher, policy),
      revoked_tokens(store),
      access_tokens(store, entity_view, revoked_tokens, key_ring, decision_clock, policy),
      introspection(store, audit, access_tokens),
      revocations(store, audit, access_tokens, revoked_tokens, decision_clock),
      sandbox(store, entity_secrets, audit, decision_clock, machine.random, policy),
      administration(store, entity_secrets, activation, mailer, signing_keys, audit, token_events, decision_clock,
                     policy) {
  store.on_change([this](const core::StoreChange& change) {
    entity_view.forget(change.entities);
    revoked_tokens.add(change.revoked_tokens);
    registry_view.forget(change.entities);
    if (!change.signing_keys) return;
    if (const auto reloaded = key_ring.reload(); !reloaded) {
      machine.log.error("the signing keys cannot be read", {{"detail", reloaded.error().detail}});
    }
  });
}

Node::~Node() { store.on_change({}); }

Result<> Node::use_recorded_base_url() {
  if (!settings.policy.public_base_url.empty()) return {};
  const auto recorded =
      TRY(store.read([](core::Transaction& transaction) { return transaction.network().public_base_url(); }));
  settings.policy.public_base_url = recorded.value_or("http://127.0.0.1:8080");
  return {};
}

}  // namespace dwarpal::app
