// A key in a hardware token, by PKCS #11.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/wrapping_key.hpp"

namespace dwarpal::crypto {

/// Where an AES key is, and how to be let at it.
struct TokenAddress {
  std::string module;                 ///< path of the token's shared library
  std::string token;                  ///< label of the token
  std::string key_label = "dwarpal";  ///< CKA_LABEL of the key
};

/// A session with a token, which does the encryption (CKM_AES_GCM, PKCS #11 v2.40 §2.12.3): the key never is in this
/// process. Not thread-safe. Ends the session when it is destroyed.
class TokenKey final : public WrappingKey {
 public:
  /// ErrorCode::InvalidSetting, beginning with the setting that is to be mended (`keys.pkcs11_…`): no such module,
  /// token or key, a wrong PIN, a key that can be taken out of the token. It logs in once: tokens lock after some wrong
  /// PINs.
  static Result<std::unique_ptr<TokenKey>> open(const TokenAddress& address, const Secret& pin);

  ~TokenKey() override;
  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;

  [[nodiscard]] Result<std::string> wrap(const Secret& secret, std::string_view associated_data,
                                         Random& random) const override;
  [[nodiscard]] Result<Secret> unwrap(std::string_view wrapped, std::string_view associated_data) const override;

 private:
  struct Session;
  explicit TokenKey(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

}  // namespace dwarpal::crypto
