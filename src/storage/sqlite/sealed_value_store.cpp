#include "storage/sqlite/sealed_value_store.hpp"

namespace dwarpal::storage {

Result<> SqliteSealedValueStore::visit(
    const std::function<void(const std::string& row, const core::Sealed& sealed)>& call) {
  TRY(connection_.all(
      [&](Row& row) {
        const auto name = row.text();
        call(name, row.sealed());
        return true;
      },
      "SELECT 'secret:' || entity || ':' || number, data_key, ciphertext FROM entity_secrets WHERE ciphertext <> x'' "
      "UNION ALL SELECT 'mail:' || id, body_data_key, body FROM mails "
      "UNION ALL SELECT 'mail-link:' || id, link_data_key, link FROM mails WHERE link IS NOT NULL "
      "UNION ALL SELECT 'sandbox:' || kind || ':' || name, data_key, ciphertext FROM sandbox_credentials "
      "UNION ALL SELECT 'signing-key:' || id, data_key, private_key FROM signing_keys WHERE private_key <> x''"));
  return {};
}

}  // namespace dwarpal::storage
