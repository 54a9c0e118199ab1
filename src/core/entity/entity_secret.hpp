// An entity's shared secret, and how good it is at a given time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"
#include "core/entity/entity.hpp"
#include "core/policy.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// What a decision needs to know of a secret; instants are in the entity's own time.
struct SecretState {
  std::int64_t number = 0;  ///< counts an entity's secrets from 1; the "secret version" of the audit trail
  crypto::Sha256 digest{};
  Instant created_at;
  std::optional<Instant> expires_at;  ///< none: imported without an expiry
  std::optional<Instant> replaced_at;
  std::optional<Instant> ended_at;  ///< revoked, or ended by the limit
  std::optional<Instant> last_used_at;
};

/// The row of a secret: its state and the encrypted text, which must be readable back.
struct EntitySecret {
  SecretState state;
  Sealed sealed;
};

struct SecretStanding {
  enum class Kind { Current, ExpiredInGrace, ReplacedInGrace, Ended };
  Kind kind = Kind::Ended;
  /// When it stops or stopped working for good; none for a current secret without an expiry.
  std::optional<Instant> ends_at;

  [[nodiscard]] bool works() const { return kind != Kind::Ended; }
};

/// `current`, `expired-in-grace`, `replaced-in-grace`, `ended`: as the audit trail writes them.
[[nodiscard]] std::string_view to_string(SecretStanding::Kind kind);

/// How good a secret is at `now` (entity time). At the very instant of an end it has ended.
[[nodiscard]] SecretStanding standing_of(const SecretState& secret, const Policy& policy, Instant now);

/// When an entity's current secret expires, by the entity's own time.
struct CurrentSecret {
  std::optional<Instant> expires_at;
  Duration clock_shift{0};  ///< of the entity
};

/// Port. The secrets of an entity, identified by its UUID and their number.
class SecretStore {
 public:
  virtual ~SecretStore() = default;
  /// The newest, whatever its standing.
  virtual Result<std::optional<EntitySecret>> newest(const EntityUuid& entity) = 0;
  /// All that are not ended, and the newest in any case; newest first.
  virtual Result<std::vector<SecretState>> live(const EntityUuid& entity) = 0;
  /// Those of all entities of that status.
  virtual Result<std::vector<CurrentSecret>> current_of(EntityStatus status) = 0;
  virtual Result<> insert(const EntityUuid& entity, const EntitySecret& secret) = 0;
  /// Erases the encrypted texts of those with a smaller number; their state stays.
  virtual Result<> erase_texts_before(const EntityUuid& entity, std::int64_t number) = 0;
  virtual Result<> set_replaced(const EntityUuid& entity, std::int64_t number, Instant replaced_at) = 0;
  virtual Result<> set_ended(const EntityUuid& entity, std::int64_t number, Instant ended_at) = 0;
  /// Never moves backwards; not a change that a cache has to forget.
  virtual Result<> set_last_used(const EntityUuid& entity, std::int64_t number, Instant used_at) = 0;
};

}  // namespace dwarpal::core
