// The keys that protect what lies in the store, and how they lie there themselves.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/identifiers.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/store.hpp"
#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "crypto/wrapping_key.hpp"

namespace dwarpal::core {

enum class DataKeyPurpose { Encryption, SecretDigest, AuditChain };

[[nodiscard]] std::string_view to_string(DataKeyPurpose purpose);
[[nodiscard]] std::optional<DataKeyPurpose> parse_data_key_purpose(std::string_view text);

/// A data key as the store holds it: sealed under the master key, its id and purpose in the associated data.
struct WrappedDataKey {
  DataKeyId id;
  DataKeyPurpose purpose = DataKeyPurpose::Encryption;
  std::string wrapped;
  Instant created_at;
  std::string master_key_place = {};  ///< in words, once it was wrapped anew
  std::optional<Instant> wrapped_anew_at = std::nullopt;
};

/// What stands in the associated data of the wrapped key.
[[nodiscard]] std::string associated_data(const WrappedDataKey& key);

/// Port.
class DataKeyStore {
 public:
  virtual ~DataKeyStore() = default;
  /// Oldest first.
  virtual Result<std::vector<WrappedDataKey>> list() = 0;
  virtual Result<> insert(const WrappedDataKey& key) = 0;
  /// Writes `wrapped`, `master_key_place` and `wrapped_anew_at`.
  virtual Result<> update(const WrappedDataKey& key) = 0;
};

/// A ciphertext and the data key that opens it.
struct Sealed {
  DataKeyId key;
  std::string bytes;
};

/// The unwrapped data keys. Immutable, thread-safe.
class DataKeys {
 public:
  /// Unwraps what the store holds; a store without keys gets its first ones. A master key that does not
  /// open them is ErrorCode::InvalidSetting, and nothing is changed.
  static Result<DataKeys> open(Store& store, const crypto::WrappingKey& master, Random& random, const Clock& clock);

  /// `row` names the table and the row that will hold it ("secret:<entity uuid>:<number>"); a ciphertext
  /// that was moved to another row does not open.
  [[nodiscard]] Sealed seal(std::string_view plaintext, std::string_view row, Random& random) const;
  [[nodiscard]] Result<Secret> open_sealed(const Sealed& sealed, std::string_view row) const;

  /// Whether something may be sealed under it.
  [[nodiscard]] bool has_encryption_key(const DataKeyId& id) const { return encryption_.contains(id); }

  /// For the digests of entity secrets.
  [[nodiscard]] const crypto::HmacKey& secret_digest_key() const { return *secret_digest_; }
  /// For the chain of audit records.
  [[nodiscard]] const crypto::HmacKey& audit_chain_key() const { return *audit_chain_; }

 private:
  DataKeys() = default;

  DataKeyId current_;
  std::map<DataKeyId, crypto::AeadKey> encryption_;
  std::optional<crypto::HmacKey> secret_digest_;
  std::optional<crypto::HmacKey> audit_chain_;
};

}  // namespace dwarpal::core
