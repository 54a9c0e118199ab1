// All ports on one connection, inside the transaction that is open there.
#pragma once

#include "core/store.hpp"
#include "storage/sqlite/answered_reset_store.hpp"
#include "storage/sqlite/assertion_store.hpp"
#include "storage/sqlite/audit_store.hpp"
#include "storage/sqlite/data_key_store.hpp"
#include "storage/sqlite/entity_store.hpp"
#include "storage/sqlite/link_store.hpp"
#include "storage/sqlite/network_store.hpp"
#include "storage/sqlite/outbox_store.hpp"
#include "storage/sqlite/registry_store.hpp"
#include "storage/sqlite/revocation_store.hpp"
#include "storage/sqlite/sandbox_store.hpp"
#include "storage/sqlite/sealed_value_store.hpp"
#include "storage/sqlite/secret_store.hpp"
#include "storage/sqlite/signing_key_store.hpp"
#include "storage/sqlite/token_count_store.hpp"
#include "storage/sqlite/user_store.hpp"

namespace dwarpal::storage {

class SqliteTransaction final : public core::Transaction {
 public:
  explicit SqliteTransaction(Connection& connection) : connection_(connection) {}

  core::AnsweredResetStore& answered_resets() override { return answered_resets_; }
  core::AssertionStore& assertions() override { return assertions_; }
  core::AuditStore& audit() override { return audit_; }
  core::DataKeyStore& data_keys() override { return data_keys_; }
  core::EntityStore& entities() override { return entities_; }
  core::LinkStore& links() override { return links_; }
  core::NetworkStore& network() override { return network_; }
  core::OutboxStore& outbox() override { return outbox_; }
  core::RegistryStore& registry() override { return registry_; }
  core::RevocationStore& revocations() override { return revocations_; }
  core::SandboxStore& sandbox() override { return sandbox_; }
  core::SealedValueStore& sealed_values() override { return sealed_values_; }
  core::SecretStore& secrets() override { return secrets_; }
  core::SigningKeyStore& signing_keys() override { return signing_keys_; }
  core::TokenCountStore& token_counts() override { return token_counts_; }
  core::UserStore& users() override { return users_; }

 private:
  Connection& connection_;
  SqliteAnsweredResetStore answered_resets_{connection_};
  SqliteAssertionStore assertions_{connection_};
  SqliteAuditStore audit_{connection_};
  SqliteDataKeyStore data_keys_{connection_};
  SqliteEntityStore entities_{connection_};
  SqliteLinkStore links_{connection_};
  SqliteNetworkStore network_{connection_};
  SqliteOutboxStore outbox_{connection_};
  SqliteRegistryStore registry_{connection_};
  SqliteRevocationStore revocations_{connection_};
  SqliteSandboxStore sandbox_{connection_};
  SqliteSealedValueStore sealed_values_{connection_};
  SqliteSecretStore secrets_{connection_};
  SqliteSigningKeyStore signing_keys_{connection_};
  SqliteTokenCountStore token_counts_{connection_};
  SqliteUserStore users_{connection_};
};

}  // namespace dwarpal::storage
