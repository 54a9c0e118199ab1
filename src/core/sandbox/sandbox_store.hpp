// What only a sandbox has to remember.
#pragma once

#include <string>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"

namespace dwarpal::core {

/// What a furnished sandbox remembers of the credentials that it made, to tell them again at each start:
/// a generated password (of a user) or private JWK (of an entity), sealed in row "sandbox:<kind>:<name>".
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

  virtual Result<> add_mock_entity(const UserUuid& user, const EntityUuid& entity) = 0;
  /// Those of the user that are not deregistered.
  virtual Result<std::int64_t> count_mock_entities(const UserUuid& user) = 0;
};

}  // namespace dwarpal::core
