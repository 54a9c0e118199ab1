// What a furnished sandbox remembers of the credentials that it made, to tell them again at each start.
#pragma once

#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"

namespace dwarpal::core {

/// A generated password (of a user) or private JWK (of an entity), sealed in row "sandbox:<kind>:<name>".
struct SandboxCredential {
  enum class Kind { Password, PrivateJwk };
  Kind kind = Kind::Password;
  std::string name;  ///< email, or entity id
  Sealed sealed;
  Instant made_at;  ///< a password that was set at another instant is not this one any more
};

/// Port. Empty outside a sandbox.
class SandboxStore {
 public:
  virtual ~SandboxStore() = default;
  virtual Result<std::vector<SandboxCredential>> list() = 0;
  virtual Result<> put(const SandboxCredential& credential) = 0;
};

}  // namespace dwarpal::core
