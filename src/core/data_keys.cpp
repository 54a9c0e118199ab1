#include "core/data_keys.hpp"

#include <array>
#include <span>

namespace dwarpal::core {

namespace {

Result<std::vector<WrappedDataKey>> make_keys(const crypto::WrappingKey& master, Random& random, Instant now) {
  std::vector<WrappedDataKey> keys;
  for (const auto purpose : {DataKeyPurpose::Encryption, DataKeyPurpose::SecretDigest, DataKeyPurpose::AuditChain}) {
    std::array<std::byte, 32> bytes{};
    random.fill(bytes);
    const auto plain = Secret::copy_of(bytes);
    WrappedDataKey key{.id = DataKeyId(make_uuid(random)), .purpose = purpose, .wrapped = {}, .created_at = now};
    key.wrapped = TRY(master.wrap(plain, associated_data(key), random));
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<std::vector<WrappedDataKey>> first_keys(Store& store, const crypto::WrappingKey& master, Random& random,
                                               const Clock& clock) {
  const auto made = TRY(make_keys(master, random, clock.now()));
  return store.write([&](Transaction& transaction) -> Result<std::vector<WrappedDataKey>> {
    // Somebody beside us may have been first.
    auto keys = TRY(transaction.data_keys().list());
    if (!keys.empty()) return keys;
    for (const auto& key : made) TRY(transaction.data_keys().insert(key));
    return made;
  });
}

}  // namespace

std::string associated_data(const WrappedDataKey& key) {
  return "data-key:" + std::string(to_string(key.purpose)) + ":" + key.id.text();
}

std::string_view to_string(DataKeyPurpose purpose) {
  switch (purpose) {
    case DataKeyPurpose::Encryption: return "encryption";
    case DataKeyPurpose::SecretDigest: return "secret-digest";
    case DataKeyPurpose::AuditChain: return "audit-chain";
  }
  return {};
}

std::optional<DataKeyPurpose> parse_data_key_purpose(std::string_view text) {
  for (const auto purpose : {DataKeyPurpose::Encryption, DataKeyPurpose::SecretDigest, DataKeyPurpose::AuditChain}) {
    if (text == to_string(purpose)) return purpose;
  }
  return std::nullopt;
}

Result<DataKeys> DataKeys::open(Store& store, const crypto::WrappingKey& master, Random& random, const Clock& clock) {
  auto wrapped = TRY(store.read([](Transaction& transaction) { return transaction.data_keys().list(); }));
  if (wrapped.empty()) wrapped = TRY(first_keys(store, master, random, clock));

  DataKeys keys;
  for (const auto& key : wrapped) {
    auto plain = master.unwrap(key.wrapped, associated_data(key));
    if (!plain) {
      return fail(
          ErrorCode::InvalidSetting,
          "The master key does not open the keys of this store: it is not the one that they were wrapped with last "
          "(setting keys.master_key_file, keys.master_key or keys.pkcs11_key)");
    }
    switch (key.purpose) {
      case DataKeyPurpose::Encryption:
        keys.current_ = key.id;
        keys.encryption_.emplace(key.id, TRY(crypto::AeadKey::create(std::move(*plain))));
        break;
      case DataKeyPurpose::SecretDigest: keys.secret_digest_ = TRY(crypto::HmacKey::create(*plain)); break;
      case DataKeyPurpose::AuditChain: keys.audit_chain_ = TRY(crypto::HmacKey::create(*plain)); break;
    }
  }
  if (keys.encryption_.empty() || !keys.secret_digest_ || !keys.audit_chain_) {
    return fail(ErrorCode::Unavailable, "The store lacks one of its data keys");
  }
  return keys;
}

Sealed DataKeys::seal(std::string_view plaintext, std::string_view row, Random& random) const {
  return {.key = current_, .bytes = encryption_.at(current_).seal(plaintext, row, random)};
}

Result<Secret> DataKeys::open_sealed(const Sealed& sealed, std::string_view row) const {
  const auto key = encryption_.find(sealed.key);
  if (key == encryption_.end()) {
    return fail(ErrorCode::Internal, "A stored value cannot be decrypted", "its data key is not in the store");
  }
  return key->second.open(sealed.bytes, row);
}

}  // namespace dwarpal::core
